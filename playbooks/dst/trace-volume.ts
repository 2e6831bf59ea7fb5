import {
  type ClusterCheck,
  type HostAnswer,
  intoFolder,
  type Judgement,
  judgeLimits,
  limitsOf,
  notKnownOf,
  pathOf,
  type ResolvedLimit,
  type ShellCommand,
  sh,
  unknown,
  words,
} from '../../src/kit/index.ts';

const FOLDER = '/home/admin/logs/tracelog';
const SAMPLE_SECONDS = 2;

/**
 * How much the trace logs grow, by their type, on all business hosts together: the storage takes so much of each type. What is
 * measured is a short sample, as the logs cannot be read as fast as they may grow; M is taken for megabytes (ERR-DST-04).
 */
export const traceVolume: ClusterCheck = {
  on: 'cluster',
  id: 'trace-volume',
  title: words('Trace log volume', 'Trace 日志产生量'),
  apps: ['business-host'],
  rows: ['DST-M12'],
  clause: { document: '002', section: '6.4.2' },
  limits: { most: { row: 'DST-M12', value: 25 } },
  command: ({ app }) => sampleGrowth(pathOf(app, FOLDER)),
  judge({ hosts }, context) {
    const seen = hosts.map(readHost);
    const gaps = seen.filter(({ growth }) => growth === undefined).map(({ name }) => name);
    const known = seen.flatMap(({ name, growth }) => (growth ? [{ name, growth }] : []));
    const types = typesOf(known.flatMap(({ growth }) => [...growth.keys()]));
    if (types.length > 0) return types.map((type) => judgeType(type, known, gaps, limitsOf(context)));
    if (gaps.length > 0) return unknown(notKnownOf(gaps));
    const says = words(`no trace log on ${hosts.length} hosts`, `${hosts.length} 台主机上没有 Trace 日志`);
    return [{ state: 'ok', says }];
  },
};

/** Prints the sizes of the logs twice, each time with the seconds since the host started. */
const sampleGrowth = (folder: string): ShellCommand => sh`${intoFolder(folder, 'none')}
sizes() {
  read -r up rest </proc/uptime && echo "at $up"
  ls -ln "$d" | awk '$1 ~ /^-/ && $9 ~ /\.log$/ { print "size", $5, $9 }'
}
sizes
sleep ${SAMPLE_SECONDS}
sizes`;

interface HostGrowth {
  readonly name: string;
  /** Bytes a second by type; undefined when it is not known. */
  readonly growth: ReadonlyMap<string, number> | undefined;
}

const readHost = ({ host, answer }: HostAnswer): HostGrowth => ({
  name: host.name,
  growth: answer && !answer.truncated && answer.exitCode === 0 ? readGrowth(answer.output) : undefined,
});

/** Bytes a second by type of log, from what was printed; undefined when it is something else. */
export function readGrowth(output: string): ReadonlyMap<string, number> | undefined {
  if (output.trim() === 'none') return new Map();
  const [head, first, second, ...more] = output.split(/^at /m);
  if (head?.trim() !== '' || first === undefined || second === undefined || more.length > 0) return undefined;
  const [before, after] = [readSizes(first), readSizes(second)];
  const seconds = after.at - before.at;
  if (!(seconds > 0)) return undefined;
  const growth = new Map<string, number>();
  for (const [name, size] of after.sizes) {
    const had = before.sizes.get(name) ?? 0;
    // A log that was rotated meanwhile has at least what is in it now.
    const bytes = size >= had ? size - had : size;
    growth.set(typeOf(name), (growth.get(typeOf(name)) ?? 0) + bytes / seconds);
  }
  return growth;
}

function readSizes(text: string): { readonly at: number; readonly sizes: ReadonlyMap<string, number> } {
  const sizes = [...text.matchAll(/^size (\d+) (\S+)$/gm)].map(
    ([, bytes, name = '']) => [name, Number(bytes)] as const,
  );
  return { at: Number.parseFloat(text), sizes: new Map(sizes) };
}

const NAMED = ['rpc', 'db', 'rest'];

/** The manual names rpc, db and rest and says that there are more: those are called as their files begin. */
export function typeOf(file: string): string {
  if (/^(db|zdal|datasource|jdbc)/.test(file)) return 'db';
  if (/^(rest|(spring|sofa)?-?mvc|http|okhttp)/.test(file)) return 'rest';
  return /^[a-z0-9]+/i.exec(file)?.[0].toLowerCase() ?? file;
}

const typesOf = (types: readonly string[]): readonly string[] => [
  ...NAMED.filter((type) => types.includes(type)),
  ...[...new Set(types)].filter((type) => !NAMED.includes(type)).sort(),
];

function judgeType(
  type: string,
  hosts: readonly { readonly name: string; readonly growth: ReadonlyMap<string, number> }[],
  gaps: readonly string[],
  limits: readonly ResolvedLimit[],
): Judgement {
  const each = hosts.map(({ name, growth }) => ({ name, megabytes: (growth.get(type) ?? 0) / 1024 ** 2 }));
  const value = each.reduce((sum, { megabytes }) => sum + megabytes, 0);
  const count = hosts.length;
  const judged = judgeLimits(
    {
      name: words(type, type),
      value,
      unit: 'M/s',
      part: type,
      detail: words(
        `on ${count} host${count === 1 ? '' : 's'}, a sample of ${SAMPLE_SECONDS} s`,
        `${count} 台主机合计，采样 ${SAMPLE_SECONDS} 秒`,
      ),
      evidence: each
        .toSorted((a, b) => b.megabytes - a.megabytes)
        .map(({ name, megabytes }) => `${name} ${megabytes.toFixed(3)} M/s`)
        .join('\n'),
    },
    limits,
  );
  if (gaps.length === 0 || judged.state !== 'ok') return judged;
  const [{ en, zh }, not] = [judged.says, notKnownOf(gaps)];
  return { ...judged, state: 'unknown', says: words(`${en}; ${not.en}`, `${zh}；${not.zh}`) };
}
