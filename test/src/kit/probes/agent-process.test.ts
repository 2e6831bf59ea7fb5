import { afterEach, describe, expect, it } from 'vitest';
import { agentProcess } from '../../../../src/kit/index.ts';
import { aContext, answer, look } from './ask.ts';
import { procWith } from './proc-with.ts';

let remove: (() => Promise<void>) | undefined;
afterEach(async () => {
  await remove?.();
  remove = undefined;
});

async function seen(processes: Readonly<Record<string, string>>) {
  const made = await procWith(processes);
  remove = made.remove;
  return look(agentProcess('staragent', made));
}

describe('agentProcess', () => {
  it.each([
    ['by its own path', '/home/staragent/bin/staragentd\0-d\0'],
    [
      'by the script that an interpreter runs',
      '/usr/bin/python2.7\0-u\0/home/staragent/bin/agent.py\0start\0',
    ],
    ['by its jar', 'java\0-Xmx64m\0-jar\0/home/staragent/lib/agent.jar\0'],
  ])('finds the agent %s', async (_, command) => {
    expect(await seen({ 4711: command, 7: 'bash\0' })).toMatchObject([
      {
        state: 'ok',
        value: 1,
        says: { en: 'staragent runs, pid 4711', zh: 'staragent 进程正在运行，pid 4711' },
      },
    ]);
  });

  it('takes nothing for it that only mentions it', async () => {
    const others = {
      7: 'grep\0staragent\0',
      8: 'sh\0/home/staragent/bin/agent.sh\0restart\0',
      9: 'tail\0-f\0/home/staragent/log/staragent_core.log\0',
      10: 'java\0-Dlog=/home/staragent/log\0com.bank.Ledger\0',
      11: '/usr/sbin/zabbix_agentd\0',
    };
    expect(await seen(others)).toMatchObject([
      { state: 'critical', value: 0, says: { en: 'no staragent process', zh: '没有 staragent 进程' } },
    ]);
  });

  it('knows nothing when the processes of others are hidden, or there is no list', () => {
    const judge = (output: string) => agentProcess('staragent').judge(answer(output), aContext());
    expect(judge('ps\n  PID COMMAND\n 4711 sh -c x\n')).toMatchObject([{ state: 'unknown' }]);
    expect(judge('none\n')).toMatchObject([{ state: 'unknown' }]);
  });
});
