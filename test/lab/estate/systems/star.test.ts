import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessHost } from '../../../../lab/estate/apps/gen.ts';
import { APPS } from '../../../../lab/estate/apps/star.ts';
import { parseExecuted } from '../../../../playbooks/deps/logs.ts';
import { ssh, type TestEstate, testEstate } from '../practice.ts';
import { type Seen, seesFaults } from '../seen.ts';

const HOST = 'business-host-1';
const LOG = '/home/staragent/log/staragent_core.log';
const processes = 'pgrep -c staragentd; ss -Htn state established | grep -c ":8000"';

const SEEN: Readonly<Record<string, Seen>> = {
  'agent-down': { on: HOST, look: processes, healthy: /^1\n1$/, broken: /^0\n0$/ },
  'agent-disconnected': { on: HOST, look: processes, healthy: /^1\n1$/, broken: /^1\n0$/ },
  'agent-errors': {
    on: HOST,
    look: `grep -c ERROR ${LOG}`,
    healthy: /^0$/,
    broken: /^(39|[4-9]\d)$/,
  },
  'gateway-disabled': { on: HOST, look: processes, healthy: /^1\n1$/, broken: /^1\n0$/ },
  'channel-disabled': { on: HOST, look: processes, healthy: /^1\n1$/, broken: /^1\n0$/ },
};

seesFaults(['STAR'], [...APPS, businessHost], SEEN);

describe('the agent of a business host', () => {
  let practice: TestEstate;
  beforeAll(async () => {
    practice = await testEstate({ apps: [...APPS, businessHost], faults: [] });
  });
  afterAll(() => practice.stop());

  const look = async (command: string): Promise<string> =>
    (await ssh(practice.estate, 'business-host-2', command)).stdout;

  it('keeps a log of the commands it was sent, in the documented form', async () => {
    const lines = (await look(`tail -100 ${LOG} | grep exeurl`)).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.map((line) => parseExecuted(line)?.command ?? line)).toEqual(
      lines.map(() => expect.stringMatching(/^\/home\/admin\/bin\/\w+\.py --order r1_\d+$/) as string),
    );
  });

  it.each(['agent-down', 'agent-disconnected', 'agent-errors'])(
    'is mended of %s by its own script, and the app beside it goes on',
    async (fault) => {
      const { estate } = practice;
      const started = await look('pgrep java');
      await estate.break(fault, 'business-host-2');
      expect(await look('/home/staragent/bin/agent.sh restart')).toBe('staragent restarted\n');
      expect(await look(processes)).toBe('1\n1\n');
      expect(await look(`grep -c ERROR ${LOG}`)).toBe('0\n');
      expect(await look('pgrep java')).toBe(started);
      expect(estate.state().hosts.find(({ name }) => name === 'business-host-2')?.faults).toEqual([]);
    },
  );

  it('loses its connection when every pipeline server is gone', async () => {
    const { estate } = practice;
    await estate.break('process-down', 'acstarserver2-1');
    expect(await look(processes)).toBe('1\n1\n');
    await estate.break('process-down', 'acstarserver2-2');
    expect(await look(processes)).toBe('1\n0\n');
    await estate.mend('all');
    expect(await look(processes)).toBe('1\n1\n');
  });

  it('gets its channel back from the console, and not by starting again', async () => {
    const { estate } = practice;
    const console = estate.inventory.consoles['STAR'] ?? '';
    const at = (page: string): string => `${console.replace(/\/$/, '')}/${page}`;
    const table = async (page: string): Promise<string> => (await fetch(at(page))).text();
    expect(await table('channel')).toContain('<td>启用</td><td>正常</td><td>2</td><td>12 秒前</td>');
    await estate.break('channel-disabled');
    expect(await look('/home/staragent/bin/agent.sh restart')).toBe('staragent restarted\n');
    expect(await look(processes)).toBe('1\n0\n');
    expect(await table('channel')).toContain('<td>停用</td><td>异常</td><td>0</td><td>17 分钟前</td>');
    expect(await table('gw')).toContain('<td>启用</td>');
    expect((await fetch(at('channel/enable'), { method: 'POST' })).status).toBe(200);
    expect(await look(processes)).toBe('1\n1\n');
    expect(await table('channel')).toContain('<td>启用</td><td>正常</td>');
  });
});
