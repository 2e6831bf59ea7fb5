import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import gen from '../../../playbooks/gen/inspection.ts';
import deps from '../../../playbooks/deps/inspection.ts';
import { parseExecuted } from '../../../playbooks/deps/logs.ts';
import star from '../../../playbooks/star/inspection.ts';
import {
  type CheckContext,
  type DatabaseCheck,
  type Estate,
  type HostCheck,
  type Row,
  showSql,
} from '../../../src/kit/index.ts';
import { estateFrom } from '../../support/estates.ts';
import { runCheck, writeLog } from '../../support/run-check.ts';
import { aContext, ask, asNobody } from '../../src/kit/probes/ask.ts';

describe('the commands that were sent to the hosts of a business app', () => {
  const check = deps.checks.find((each): each is DatabaseCheck => each.id === 'commands-sent');
  if (!check || check.on !== 'database') throw new Error('no such check');

  const contextOf = (addresses: readonly string[]): CheckContext => {
    const hosts = addresses.map((address, k) => ({ name: `ledger-${k + 1}`, address }));
    const estate: Estate = estateFrom({ ledger: { is: 'business-host', hosts } }, [gen, star, deps]);
    const app = estate.apps.find(({ id }) => id === 'ledger');
    if (!app) throw new Error('no app');
    return { estate, app, limits: {} };
  };
  const judge = (rows: readonly Row[], addresses: readonly string[] = ['10.0.0.1']) =>
    check.judge(rows, contextOf(addresses));

  it('are asked for by the addresses of its hosts', () => {
    const asked = (addresses: readonly string[]): string => showSql(check.query(contextOf(addresses)));
    expect(asked(['10.0.0.1', '10.0.0.2'])).toBe(
      "select id, private_ip, command from executor_bash_task where private_ip in ('10.0.0.1', '10.0.0.2') order by id desc limit 100",
    );
    expect(asked([])).toContain('where private_ip in (null) order by');
  });

  it('are shown, the newest first, without the scheme', () => {
    const row = (id: string, command: string): Row => ({ id, private_ip: '10.0.0.1', command });
    expect(
      judge([row('9', 'cmd:///home/admin/bin/checkapp_v2.py'), row('8', '/home/admin/bin/deploy_v2.py')]),
    ).toEqual([
      {
        state: 'ok',
        value: 2,
        says: {
          en: 'newest command: 10.0.0.1 /home/admin/bin/checkapp_v2.py',
          zh: '最近一条命令：10.0.0.1 /home/admin/bin/checkapp_v2.py',
        },
        evidence: '10.0.0.1 /home/admin/bin/checkapp_v2.py\n10.0.0.1 /home/admin/bin/deploy_v2.py',
      },
    ]);
  });

  it('may be none; of hosts without an address in the inventory nobody knows', () => {
    expect(judge([])).toMatchObject([{ state: 'ok', value: 0 }]);
    expect(judge([], ['10.0.0.1', 'ledger-2.bank.example'])).toMatchObject([
      { state: 'unknown', says: { en: expect.stringContaining('none of ledger-2') as string } },
    ]);
    expect(judge([], [])).toMatchObject([{ state: 'unknown' }]);
  });

  it('are unknown when the table is another', () => {
    expect(judge([{ id: '9', ip: '10.0.0.1', cmd: 'x' }])).toMatchObject([{ state: 'unknown' }]);
    expect(judge([{ id: '9', private_ip: '10.0.0.1', command: null }])).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('the commands that the agent executed', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'agent-commands-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const look = () => runCheck(deps, 'commands-executed', folder);
  const write = (lines: readonly string[]) =>
    writeLog(
      folder,
      'staragent_core.log',
      lines.map((text, k) => ({ ago: lines.length - k, text })),
    );

  it('are those among the newest hundred lines', async () => {
    const old = ' INFO exeurl: cmd:///home/admin/bin/software_setup_v2.py';
    const beats = Array.from({ length: 98 }, () => ' INFO heartbeat');
    await write([
      old,
      ' INFO exeurl: cmd:///home/admin/bin/deploy_v2.py --order r1_1',
      ...beats,
      ' INFO exeurl: cmd:///home/admin/bin/checkapp_v2.py --order r1_1',
    ]);
    expect(await look()).toEqual([
      {
        state: 'ok',
        value: 2,
        says: {
          en: 'newest command: /home/admin/bin/checkapp_v2.py --order r1_1',
          zh: '最近一条命令：/home/admin/bin/checkapp_v2.py --order r1_1',
        },
        evidence: '/home/admin/bin/deploy_v2.py --order r1_1\n/home/admin/bin/checkapp_v2.py --order r1_1',
      },
    ]);
  });

  it('may be none; without the log, or in another format, they are unknown', async () => {
    expect(await look()).toMatchObject([
      { state: 'unknown', says: { en: expect.stringMatching(/^there is no /) as string } },
    ]);
    await write([' INFO heartbeat']);
    expect(await look()).toMatchObject([{ state: 'ok', value: 0 }]);
    await writeFile(path.join(folder, 'staragent_core.log'), 'exeurl (none)\n');
    expect(await look()).toMatchObject([{ state: 'unknown' }]);
  });

  it('are not taken for missing where the login may not enter the folder of the log', async () => {
    const executed = deps.checks.find((each): each is HostCheck => each.id === 'commands-executed');
    if (!executed) throw new Error('no such check');
    await write([' INFO exeurl: cmd:///home/admin/bin/deploy_v2.py']);
    await chmod(folder, 0o000);
    const command = executed.command(aContext()).replaceAll('/home/staragent/log', folder);
    const asked = await ask(asNobody(command));
    await chmod(folder, 0o700);
    expect(executed.judge(asked, aContext())).toMatchObject([
      { state: 'unknown', says: { en: `${folder} may not be read` } },
    ]);
  });
});

describe('the field exeurl (STAR-L01)', () => {
  it.each([
    ['exeurl: cmd:///home/admin/bin/init_env_v2.py', '/home/admin/bin/init_env_v2.py'],
    ['2026-01-01 12:00:00 INFO exeurl: cmd://sh -c ls', 'sh -c ls'],
    ['{"exeurl":"cmd:///home/admin/bin/deploy_v2.py","id":7}', '/home/admin/bin/deploy_v2.py'],
    ['exeurl=cmd://uptime ', 'uptime'],
  ])('of %j is %j', (line, command) => expect(parseExecuted(line)).toEqual({ command }));

  it.each(['exeurl', 'exeurl: http://10.0.0.1/x', 'noexeurl: cmd://ls', 'exeurl: cmd://', 'heartbeat'])(
    'is not in %j',
    (line) => expect(parseExecuted(line)).toBeUndefined(),
  );
});
