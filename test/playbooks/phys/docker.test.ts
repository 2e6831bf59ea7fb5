import { chmod } from 'node:fs/promises';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { containers, dockerVersion, judgeVersion } from '../../../playbooks/phys/docker.ts';
import { aContext, answer, ask, asNobody, folderWith } from '../../src/kit/probes/ask.ts';

describe('the version of Docker', () => {
  it.each([
    ['1.11.1-00868fc', 'ok'],
    ['1.11.2', 'ok'],
    ['1.12.0-rc1', 'ok'],
    ['17.03.2-ce', 'ok'],
    ['20.10', 'ok'],
    ['1.11.0-00868fc', 'warning'],
    ['1.10.3-20b81dd', 'warning'],
    ['0.99.9', 'warning'],
    ['1.11.1', 'unknown'],
    ['1.11.1-20b81dd', 'unknown'],
    ['library-import', 'unknown'],
  ])('%s is %s', (version, state) => {
    expect(judgeVersion(version)).toMatchObject({ state });
  });

  const judge = (output: string, exitCode = 0) => dockerVersion.judge(answer(output, exitCode), aContext());
  const CLIENT = 'Client:\n Version:      1.10.3\n API version:  1.22\n';

  it('is that of the daemon, not of the program that asks it', () => {
    expect(judge(`${CLIENT}\nServer:\n Version:      1.11.1-00868fc\n API version:  1.23\n`)).toEqual([
      {
        state: 'ok',
        says: {
          en: 'Docker 1.11.1-00868fc, at least 1.11.1-00868fc',
          zh: 'Docker 1.11.1-00868fc，不低于 1.11.1-00868fc',
        },
      },
    ]);
    const newer = `${CLIENT}\nServer: Docker Engine - Community\n Engine:\n  Version:          20.10.7\n`;
    expect(judge(newer)).toMatchObject([{ state: 'ok' }]);
  });

  it('is not known without an answer of the daemon', () => {
    expect(
      judge(`${CLIENT}Cannot connect to the Docker daemon. Is the docker daemon running?\n`, 1),
    ).toMatchObject([{ state: 'critical' }]);
    expect(judge(`${CLIENT}Got permission denied while trying to connect\n`, 1)).toMatchObject([
      { state: 'unknown', says: { en: 'the login may not ask the Docker daemon' } },
    ]);
    expect(judge(CLIENT, 1)).toMatchObject([{ state: 'unknown' }]);
    expect(judge('', 127)).toMatchObject([{ state: 'unknown' }]);
  });

  it('is not known to a login whose socket is closed, though Docker 1.11 says that the daemon is down', async () => {
    const folder = await folderWith({
      'bin/docker':
        '#!/bin/sh\necho "Cannot connect to the Docker daemon. Is the docker daemon running on this host?"\nexit 1\n',
    });
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(folder.at('docker.sock'), resolve));
    await Promise.all(['.', 'bin', 'bin/docker'].map((name) => chmod(folder.at(name), 0o755)));
    const seen = async (mode: number) => {
      await chmod(folder.at('docker.sock'), mode);
      const asked = await ask(asNobody(dockerVersion.command(aContext())), {
        PATH: `${folder.at('bin')}:${process.env['PATH']}`,
        DOCKER_HOST: `unix://${folder.at('docker.sock')}`,
      });
      return dockerVersion.judge(asked, aContext())[0]?.says.en;
    };
    expect(await seen(0o000)).toBe('the login may not ask the Docker daemon');
    expect(await seen(0o666)).toBe('the Docker daemon does not answer');
    await new Promise((resolve) => server.close(resolve));
    await folder.remove();
  });
});

describe('the containers of a node', () => {
  const judge = (output: string, exitCode = 0) => containers.judge(answer(output, exitCode), aContext());

  it('are well when every one is Up', () => {
    expect(judge('acvip-1|Up 3 weeks\nmq-1|Up 9 seconds\nwhole\n')).toMatchObject([
      { state: 'ok', value: 0, says: { en: 'all 2 containers are Up' } },
    ]);
  });

  it.each([
    'Exited (137) 2 hours ago',
    'Created',
    'Dead',
    'Restarting (1) 3 seconds ago',
    'Up 2 hours (Paused)',
  ])('are named when one is %s', (status) => {
    expect(judge(`acvip-1|${status}\nmq-1|Up 9 seconds\nwhole\n`)).toMatchObject([
      {
        state: 'warning',
        value: 1,
        says: {
          en: `1 of 2 containers are not Up: acvip-1 ${status}`,
          zh: `2 个容器中 1 个不是 Up：acvip-1 ${status}`,
        },
      },
    ]);
  });

  const UP = 'k8s_mq_mq-0_sofa_9f1c_1|Up 3 weeks\n';

  it('of pods may be over: a task that ended well, and what was started again', () => {
    const over = [
      'k8s_hasinit_hasinit-x1_sofa_77ab_0|Exited (0) 5 weeks ago',
      'k8s_mq_mq-0_sofa_9f1c_0|Exited (137) 3 weeks ago',
      'k8s_mq_mq-0_sofa_9f1c_0a1b2c3d|Dead',
    ];
    expect(judge(`${UP}${over.join('\n')}\nwhole\n`)).toMatchObject([
      {
        state: 'ok',
        value: 0,
        says: {
          en: 'all 1 containers are Up, not counting 3 of pods that are over',
          zh: '1 个容器均为 Up（不含已结束的 Pod 容器 3 个）',
        },
      },
    ]);
  });

  it.each([
    [
      `${UP}k8s_dtx_dtx-0_sofa_1d2e_0|Exited (137) 2 hours ago`,
      'k8s_dtx_dtx-0_sofa_1d2e_0 Exited (137) 2 hours ago',
    ],
    [`${UP}k8s_dtx_dtx-0_sofa_1d2e_0|Created`, 'k8s_dtx_dtx-0_sofa_1d2e_0 Created'],
    [`${UP}dtx-1|Exited (0) 2 hours ago`, 'dtx-1 Exited (0) 2 hours ago'],
    ['k8s_POD_dtx-0_sofa_1d2e_0|Exited (0) 2 hours ago', 'k8s_POD_dtx-0_sofa_1d2e_0 Exited (0) 2 hours ago'],
  ])('of pods are not over otherwise: %j', (list, named) => {
    expect(judge(`${list}\nwhole\n`)).toMatchObject([
      { state: 'warning', value: 1, says: { en: expect.stringContaining(`not Up: ${named}`) as string } },
    ]);
  });

  it('are not known from half a list, or without the daemon', () => {
    expect(judge('acvip-1|Up 3 weeks\n')).toMatchObject([{ state: 'unknown' }]);
    expect(judge('Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n', 1)).toMatchObject([
      { state: 'unknown', says: { en: 'the Docker daemon does not answer' } },
    ]);
  });
});
