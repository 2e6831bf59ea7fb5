import type { CheckContext, ClusterCheck, HostAnswer, HostContext, Judgement } from '../check.ts';
import type { Host } from '../estate.ts';
import { part, sh } from '../shell.ts';
import { type Words, words } from '../words.ts';
import { judgeApart } from './apart.ts';
import { notUnderstood, unknown } from './limits.ts';
import { inThisEstate, type LogLook, type LogSeen, readLog } from './log-answer.ts';
import { namesOf } from './log-count.ts';
import { logScript } from './log-script.ts';
import { LOG_SECONDS } from './log-window.ts';
import type { LogWindow } from './log-words.ts';
import type { HostProbe } from './probe.ts';

/** Several logs that are counted as one: every line of all of them, and each log by its name. */
export interface LogsTogether {
  readonly window: LogWindow;
  readonly each: readonly (readonly [string, LogWindow])[];
}

/** How many lines each log has, the most first: `h-2 ×70, h-1 ×60`. */
export const linesByName = ({ each }: LogsTogether): Words =>
  namesOf(each.map(([name, { lines }]) => [name, lines] as const).toSorted((a, b) => b[1] - a[1]));

type Together<Context> = (logs: LogsTogether, context: Context) => readonly Judgement[];

/** Several logs of one host, named by their files. What cannot be read is not counted: the sum is then in order only when it is too large already. */
export const logsOfHost = ({
  paths,
  judge,
  ...look
}: Omit<LogLook, 'path' | 'fallbackPaths' | 'undatedLines'> & {
  readonly paths: readonly [string, ...string[]];
  readonly judge: Together<HostContext>;
}): HostProbe => ({
  on: 'host',
  timeoutSeconds: LOG_SECONDS,
  command: (context) => {
    const scripts = paths.map((path) => logScript(inThisEstate({ ...look, path }, context)));
    // Lines of a log begin with their stamps: none can be taken for what stands between two logs.
    return scripts.reduce(
      (all, script) => sh`${part(all)}
echo '==='
( ${part(script)} )`,
      sh`:`,
    );
  },
  judge({ output }, context) {
    const [, ...answers] = output.split(/^===\n/m);
    if (answers.length !== paths.length) return notUnderstood();
    const seen = paths.map((path, i): Named => {
      const asked = inThisEstate({ ...look, path }, context);
      return [path.split('/').at(-1) ?? path, readLog({ output: answers[i] ?? '' }, asked)];
    });
    return judgeTogether(seen, (logs) => judge(logs, context));
  },
});

/** The part of a cluster check that runs and judges. */
export type ClusterProbe = Pick<ClusterCheck, 'on' | 'command' | 'timeoutSeconds' | 'judge'>;

/**
 * One log of every host, named by the hosts. Those for which `apart` gives the same are judged together: hosts under one name of
 * the inventory unless set. Where there are several such groups, each is a part by that name.
 */
export const logOfHosts = ({
  judge,
  apart = ({ app }) => app,
  ...look
}: Omit<LogLook, 'undatedLines'> & {
  readonly judge: Together<CheckContext>;
  readonly apart?: (host: Host, context: CheckContext) => string;
}): ClusterProbe => ({
  on: 'cluster',
  timeoutSeconds: LOG_SECONDS,
  command: (context) => logScript(inThisEstate(look, context)),
  judge({ hosts }, context) {
    const asked = inThisEstate(look, context);
    const seen = ({ host, answer }: HostAnswer): Named => [
      host.name,
      answer ? readLog(answer, asked) : SILENT,
    ];
    return judgeApart(
      hosts,
      (host) => apart(host, context),
      (own) => judgeTogether(own.map(seen), (logs) => judge(logs, context)),
    );
  },
});

type Named = readonly [string, LogSeen];

const SILENT: LogSeen = { ok: false, judgements: unknown(words('did not answer', '未返回结果')) };

function judgeTogether(
  seen: readonly Named[],
  judge: (logs: LogsTogether) => readonly Judgement[],
): readonly Judgement[] {
  const each = seen.flatMap(([name, log]) => (log.ok ? [[name, log.window] as const] : []));
  const without = seen.flatMap(([name, log]) =>
    log.ok ? [] : log.judgements.map(({ state, says }) => ({ name, state, says })),
  );
  const gaps = without.filter(({ state }) => state !== 'ok');
  const [first, ...others] = each;
  if (!first) {
    const said = listed(gaps.length > 0 ? gaps : without);
    return gaps.length > 0 ? unknown(said) : [{ state: 'ok', says: said }];
  }
  const judged = judge({ window: joined([first, ...others]), each });
  if (gaps.length === 0) return judged;
  const { en, zh } = listed(gaps);
  return judged.map((judgement) =>
    judgement.state === 'ok'
      ? {
          ...judgement,
          state: 'unknown',
          says: words(`${judgement.says.en}; not counted: ${en}`, `${judgement.says.zh}；未计入：${zh}`),
        }
      : judgement,
  );
}

const listed = (logs: readonly { readonly name: string; readonly says: Words }[]): Words =>
  words(
    logs.map(({ name, says }) => `${name} (${says.en})`).join(', '),
    logs.map(({ name, says }) => `${name}（${says.zh}）`).join('、'),
  );

const SHOWN = 20;

function joined(
  each: readonly [readonly [string, LogWindow], ...(readonly [string, LogWindow])[]],
): LogWindow {
  const windows = each.map(([, window]) => window);
  const [[, { seconds }]] = each;
  const most = Math.ceil(SHOWN / each.length);
  return {
    path: windows.map(({ path }) => path).join(', '),
    seconds,
    dated: true,
    whole: windows.every(({ whole }) => whole),
    lines: windows.reduce((sum, { lines }) => sum + lines, 0),
    tally: added(windows.map(({ tally }) => tally)),
    sums: added(windows.map(({ sums }) => sums)),
    last: each.flatMap(([name, { last }]) => last.slice(-most).map((line) => `${name}: ${line}`)),
  };
}

function added(maps: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const map of maps) for (const [key, value] of map) all.set(key, (all.get(key) ?? 0) + value);
  return new Map([...all].sort((a, b) => b[1] - a[1]));
}
