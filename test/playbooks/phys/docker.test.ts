import { describe, expect, it } from 'vitest';
import { containers, dockerVersion, judgeVersion } from '../../../playbooks/phys/docker.ts';
import { aContext, answer } from '../../src/kit/probes/ask.ts';

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

  it('are not known from half a list, or without the daemon', () => {
    expect(judge('acvip-1|Up 3 weeks\n')).toMatchObject([{ state: 'unknown' }]);
    expect(judge('Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n', 1)).toMatchObject([
      { state: 'unknown', says: { en: 'the Docker daemon does not answer' } },
    ]);
  });
});
