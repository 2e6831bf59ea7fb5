import {
  type Check,
  type CheckContext,
  closedLog,
  findLog,
  firstOf,
  hostsOf,
  type Judgement,
  noLog,
  notUnderstood,
  pathOf,
  type Row,
  sh,
  sql,
  type SqlQuery,
  unknown,
  words,
} from '../../src/kit/index.ts';
import { parseExecuted, withoutScheme } from './logs.ts';

const clause = { document: '001', section: '2.6.5' } as const;
const LOG = '/home/staragent/log/staragent_core.log';

/** What the release platform had executed on the hosts, as both ends remember it. Shown, never judged. */
export const commands: readonly Check[] = [
  {
    on: 'database',
    id: 'commands-sent',
    title: words('Last commands sent', '最近下发的命令'),
    apps: ['business-host'],
    rows: ['DEPS-C22'],
    clause,
    literal: "SELECT * FROM executor_bash_task WHERE private_ip='…' ORDER BY id DESC LIMIT 10",
    database: 'opswareexecutor',
    query: lastCommands,
    judge: (rows, context) => [sent(rows, context)],
  },
  {
    on: 'host',
    id: 'commands-executed',
    title: words('Last commands executed', '最近执行的命令'),
    apps: ['staragent'],
    rows: ['DEPS-C23'],
    clause,
    literal: `tail -100 ${LOG} | grep exeurl`,
    command: ({ app }) => sh`${findLog(pathOf(app, LOG))}
tail -n 100 "$file" | grep exeurl | tail -n 10`,
    judge: ({ output }, { app }) => executed(output, pathOf(app, LOG)),
  },
];

function lastCommands({ estate, app }: CheckContext): SqlQuery {
  const addresses = hostsOf(estate, app).map(({ address }) => address);
  return sql`select id, private_ip, command from executor_bash_task where private_ip in (${addresses}) order by id desc limit 100`;
}

function sent(rows: readonly Row[], { estate, app }: CheckContext): Judgement {
  const [newest] = rows;
  const read = rows.flatMap(({ private_ip: ip, command }) =>
    ip === null || ip === undefined || command === null || command === undefined
      ? []
      : [`${ip} ${withoutScheme(command)}`],
  );
  if (read.length < rows.length) {
    return {
      state: 'unknown',
      says: words('the table is not as the manual has it', '表结构与手册不一致'),
      evidence: JSON.stringify(newest),
    };
  }
  const [first] = read;
  if (first !== undefined) {
    return {
      state: 'ok',
      value: rows.length,
      says: words(`newest command: ${first}`, `最近一条命令：${first}`),
      evidence: read.join('\n'),
    };
  }
  const hosts = hostsOf(estate, app);
  // The table knows addresses; of a host that the inventory names otherwise it has nothing, whatever was sent.
  const unnamed = hosts.filter(({ address }) => !isAddress(address)).map(({ name }) => name);
  const named = firstOf(unnamed.length > 0 ? unnamed : [app.id]);
  return unnamed.length > 0 || hosts.length === 0
    ? {
        state: 'unknown',
        says: words(
          `the table knows hosts by their IP address, and the inventory has none of ${named.en}`,
          `该表按 IP 地址记录，资产清单中没有 ${named.zh} 的 IP 地址`,
        ),
      }
    : { state: 'ok', value: 0, says: words('no command was sent', '没有下发过命令') };
}

const isAddress = (text: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || text.includes(':');

function executed(output: string, log: string): readonly Judgement[] {
  const [first = '', ...lines] = output.split('\n');
  const [, kind, place = ''] = /^(missing|unreadable|file)(?: (.+))?$/.exec(first) ?? [];
  if (kind === undefined) return notUnderstood();
  if (kind === 'missing') return unknown(noLog(log));
  if (kind === 'unreadable') return unknown(closedLog(place));
  const all = lines.filter((line) => line !== '');
  const read = all.flatMap((line) => parseExecuted(line)?.command ?? []);
  const newest = read.at(-1);
  if (newest === undefined && all.length > 0) {
    const says = words('the lines are not of the documented format', '日志行不符合手册中的格式');
    return [{ state: 'unknown', says, evidence: all.join('\n') }];
  }
  const says =
    newest === undefined
      ? words('no command in the newest 100 lines', '最新 100 行中没有执行过命令')
      : words(`newest command: ${newest}`, `最近一条命令：${newest}`);
  return [{ state: 'ok', value: read.length, says, evidence: read.join('\n') }];
}
