import { z } from 'zod';
import { type App, type Estate, type Host, hostsOf } from '../estate.ts';
import type { Field, PlaceKind } from '../form.ts';
import { ALL, JOINTS } from '../typed/find.ts';
import { type Words, words } from '../words.ts';
import { severalNamed, unknownName } from './answers.ts';
import { type Around, factsOf, foldedName, type ReadWord, type Word, type WordOptions } from './word.ts';

/** Which hosts: those of an app or of several, those of the app that another argument names, or any. */
export interface HostOptions extends WordOptions {
  readonly app?: string | readonly [string, ...string[]];
  /** The argument, before this one, whose app's hosts are meant. */
  readonly of?: string;
}

/** `red`: those that the inspection finds critical when the plan is made. */
export type HostsMeant = 'all' | 'red' | readonly string[];

export interface HostsOptions extends HostOptions {
  /** Meant when none is given; without it at least one must be. */
  readonly default?: 'red' | 'all';
}

const HOST = words('host', '主机');
const APP = words('app', '应用');
const SITE = words('site', '机房');

/** One host. */
export function host(options: HostOptions = {}): Word<string> {
  return {
    ...factsOf(options, {
      title: words('Host', '主机'),
      names: ['host', '主机'],
      labels: ['instance', 'host', 'hostname', 'node', 'ip', 'pod'],
    }),
    takes: 'one',
    isOptional: false,
    shown: words(`<host${ofApp(options)}>`, `<${chineseApp(options)}主机>`),
    schema: z.string().min(1),
    fromLabel: withoutPort,
    asks: words('Give a host.', '请指定主机。'),
    read(given, around) {
      const read = readHosts(given, options, around);
      if (!read.ok) return read;
      const [only, ...others] = read.value;
      return only !== undefined && others.length === 0 ? { ok: true, value: only } : no(ONE_HOST);
    },
    write: (value) => (typeof value === 'string' ? [value] : []),
    refuses: (value, around) => goneFrom([value], options, around),
    fields: (id) => [
      {
        ...fieldFacts(id, options, words('Host', '主机')),
        kind: 'places',
        of: 'host',
        most: 1,
        ...under(options),
      },
    ],
    filled: (values, id) => values[id] ?? [],
  };
}

/** One host, several, or all of them. */
export function hosts(options: HostsOptions = {}): Word<HostsMeant> {
  const { default: otherwise } = options;
  return {
    ...factsOf(options, {
      title: words('Hosts', '主机'),
      names: ['hosts', 'host', '主机'],
      labels: ['instance', 'host', 'hostname', 'node', 'ip', 'pod'],
    }),
    takes: 'several',
    isOptional: otherwise !== undefined,
    ...(otherwise === undefined ? {} : { otherwise }),
    shown: words(`<host${ofApp(options)}> … | all`, `<${chineseApp(options)}主机> … | 全部`),
    schema: z.union([z.literal('all'), z.literal('red'), z.array(z.string().min(1)).min(1).readonly()]),
    fromLabel: withoutPort,
    asks: words('Give one or more hosts, or all.', '请指定一台或多台主机，或输入“全部”。'),
    read(given, around) {
      const meant = withoutName(given.join(''));
      if (meant) return { ok: true, value: meant };
      return given.some((each) => withoutName(each)) ? no(BOTH) : readHosts(given, options, around);
    },
    write: (value) =>
      typeof value === 'string' ? [value] : Array.isArray(value) ? value.map((each) => String(each)) : [],
    refuses: (value, around) => (Array.isArray(value) ? goneFrom(value, options, around) : undefined),
    fields: (id) => [
      {
        ...fieldFacts(id, options, words('Hosts', '主机')),
        ...(otherwise === 'red' && !options.hint ? { hint: RED_HINT } : {}),
        kind: 'places',
        of: 'host',
        optional: true,
        ...under(options),
      },
      {
        kind: 'ticks',
        id: `${id}-which`,
        label: words('Or without naming them', '或不逐台指定'),
        options: [
          { value: 'all', title: words('All hosts', '全部主机') },
          {
            value: 'red',
            title: words('The hosts that are critical when the plan is made', '生成计划时异常的主机'),
          },
        ],
        optional: true,
      },
    ],
    begins: (given, id) => ({
      [id]: given.filter((each) => !withoutName(each)),
      [`${id}-which`]: given.flatMap((each) => withoutName(each) ?? []),
    }),
    filled: (values, id) => [...(values[id] ?? []), ...(values[`${id}-which`] ?? [])],
  };
}

/** The hosts that are meant, in the order of the inventory. `red` names those that the inspection finds critical. */
export const hostsMeant = (
  meant: HostsMeant,
  among: readonly Host[],
  red: readonly string[],
): readonly Host[] => {
  if (meant === 'all') return among;
  const names = new Set(meant === 'red' ? red : meant);
  return among.filter(({ name }) => names.has(name));
};

export interface AppOptions extends WordOptions {
  /** Only these apps of the manuals. */
  readonly among?: readonly [string, ...string[]];
}

/** One app, by its id or by any of its names. */
export function app(options: AppOptions = {}): Word<string> {
  const appsIn = ({ apps }: Estate): readonly App[] =>
    options.among
      ? apps.filter(({ id, kind }) => [id, kind].some((each) => options.among?.includes(each)))
      : apps;
  return place(options, {
    kind: 'app',
    what: APP,
    title: words('App', '应用'),
    labels: ['app', 'application', 'app_name', 'service', 'job'],
    placesIn: (estate) =>
      appsIn(estate).map(({ id, title, names }) => ({ id, names: [id, title.en, title.zh, ...names] })),
    ...(options.among ? { under: options.among } : {}),
  });
}

/** One site. */
export const site = (options: WordOptions = {}): Word<string> =>
  place(options, {
    kind: 'site',
    what: SITE,
    title: words('Site', '机房'),
    labels: ['site', 'idc', 'zone', 'cell', 'region'],
    placesIn: ({ hosts: all }) =>
      [...new Set(all.map((each) => each.site))].map((id) => ({ id, names: [id] })),
  });

interface PlaceFacts {
  readonly kind: PlaceKind;
  readonly what: Words;
  readonly title: Words;
  readonly labels: readonly string[];
  readonly placesIn: (
    estate: Estate,
  ) => readonly { readonly id: string; readonly names: readonly string[] }[];
  readonly under?: readonly string[];
}

function place(
  options: WordOptions,
  { kind, what, title, labels, placesIn, under: apps }: PlaceFacts,
): Word<string> {
  return {
    ...factsOf(options, { title, names: [what.en, what.zh], labels }),
    takes: 'one',
    isOptional: false,
    shown: words(`<${what.en}>`, `<${what.zh}>`),
    schema: z.string().min(1),
    fromLabel: (value) => value,
    asks: words(`Give ${/^[aeiou]/u.test(what.en) ? 'an' : 'a'} ${what.en}.`, `请指定${what.zh}。`),
    read(given, { estate }) {
      const typed = given.join(' ');
      const wanted = foldedName(typed);
      const all = placesIn(estate);
      const exact = all.filter(({ id }) => foldedName(id) === wanted);
      const found =
        exact.length > 0
          ? exact
          : all.filter(({ names }) => names.some((name) => foldedName(name) === wanted));
      const [only, ...others] = found;
      if (!only)
        return no(
          unknownName(
            what,
            typed,
            all.flatMap(({ id, names }) => [...names, id]),
          ),
        );
      if (others.length > 0)
        return no(
          severalNamed(
            what,
            typed,
            found.map(({ id }) => id),
          ),
        );
      return { ok: true, value: only.id };
    },
    write: (value) => (typeof value === 'string' ? [value] : []),
    refuses: (value, { estate }) =>
      placesIn(estate).some(({ id }) => id === value)
        ? undefined
        : words(
            `The inventory has no ${what.en} ${String(value)} any more. Ask again.`,
            `资产清单中已没有${what.zh} ${String(value)}，请重新发起。`,
          ),
    fields: (id) => [
      {
        ...fieldFacts(id, options, title),
        kind: 'places',
        of: kind,
        most: 1,
        ...(apps ? { under: apps } : {}),
      },
    ],
    filled: (values, id) => values[id] ?? [],
  };
}

/** Hosts by name or address, each once and in the order of the inventory. */
function readHosts(
  given: readonly string[],
  options: HostOptions,
  around: Around,
): ReadWord<readonly string[]> {
  const among = candidates(options, around);
  const known = new Map(
    among.flatMap(({ name, address }) => [
      [foldedName(name), name] as const,
      [foldedName(address), name] as const,
    ]),
  );
  const typed = given
    .flatMap((each) => each.split(/[,\uff0c\u3001;\uff1b]/u))
    .filter((each) => each.trim() !== '');
  const named = typed.filter((each) => !JOINTS.has(foldedName(each)));
  const missing = named.find((each) => !known.has(foldedName(each)));
  if (missing !== undefined) return no(noHost(missing, among, options, around));
  const meant = new Set(named.map((each) => known.get(foldedName(each))));
  const found = among.map(({ name }) => name).filter((name) => meant.has(name));
  return found.length > 0 ? { ok: true, value: found } : no(words('Give a host.', '请指定主机。'));
}

/** A host of another app is told apart from one that nothing has. */
function noHost(typed: string, among: readonly Host[], options: HostOptions, around: Around): Words {
  const apps = appsOf(options, around);
  const wanted = foldedName(typed);
  const elsewhere = around.estate.hosts.find((each) =>
    [each.name, each.address].some((name) => foldedName(name) === wanted),
  );
  if (!elsewhere || !apps)
    return unknownName(
      HOST,
      typed,
      among.map(({ name }) => name),
    );
  const some = among.slice(0, 12).map(({ name }) => name);
  return words(
    `${elsewhere.name} is not a host of ${apps.join(', ')}.${some.length > 0 ? ` Its hosts: ${some.join(', ')}.` : ''}`,
    `${elsewhere.name} 不是 ${apps.join('、')} 的主机。${some.length > 0 ? `可选主机：${some.join('、')}。` : ''}`,
  );
}

function goneFrom(names: readonly unknown[], options: HostOptions, around: Around): Words | undefined {
  const known = new Set<unknown>(candidates(options, around).map(({ name }) => name));
  const gone = names.filter((name) => !known.has(name));
  return gone.length === 0
    ? undefined
    : words(
        `The inventory has no such host here any more: ${gone.join(', ')}. Ask again.`,
        `资产清单中已没有这些主机：${gone.join('、')}，请重新发起。`,
      );
}

function candidates(options: HostOptions, around: Around): readonly Host[] {
  const { estate } = around;
  const wanted = appsOf(options, around);
  if (!wanted) return estate.hosts;
  const apps = estate.apps.filter(({ id, kind }) => wanted.includes(id) || wanted.includes(kind));
  const names = new Set(apps.flatMap((each) => hostsOf(estate, each).map(({ name }) => name)));
  return estate.hosts.filter(({ name }) => names.has(name));
}

function appsOf({ app: apps, of }: HostOptions, { before }: Around): readonly string[] | undefined {
  if (of !== undefined) return typeof before[of] === 'string' ? [before[of]] : [];
  return apps === undefined ? undefined : typeof apps === 'string' ? [apps] : apps;
}

const ofApp = ({ app: apps }: HostOptions): string =>
  apps === undefined ? '' : ` of ${typeof apps === 'string' ? apps : apps.join(' or ')}`;
const chineseApp = ({ app: apps }: HostOptions): string =>
  apps === undefined ? '' : `${typeof apps === 'string' ? apps : apps.join('/')} `;

const under = ({ app: apps }: HostOptions): { readonly under?: readonly string[] } =>
  apps === undefined ? {} : { under: typeof apps === 'string' ? [apps] : apps };

const fieldFacts = (
  id: string,
  { title, hint }: WordOptions,
  usual: Words,
): Pick<Field, 'id' | 'label' | 'hint'> => ({
  id,
  label: title ?? usual,
  ...(hint ? { hint } : {}),
});

/** `10.1.2.3:9100` names the host; an IPv6 address has more colons. */
const withoutPort = (value: string): string => value.replace(/^([^:]+):\d{1,5}$/u, '$1');

const ALL_WORDS: ReadonlySet<string> = new Set(ALL.map(foldedName));
const RED_WORDS: ReadonlySet<string> = new Set(['red', '红', '红的', '异常', '异常的', '异常主机']);

/** Hosts that are meant without naming them. */
function withoutName(typed: string): 'all' | 'red' | undefined {
  const word = foldedName(typed);
  if (ALL_WORDS.has(word)) return 'all';
  return RED_WORDS.has(word) ? 'red' : undefined;
}

const no = (says: Words): { readonly ok: false; readonly says: Words } => ({ ok: false, says });

const ONE_HOST = words('Give one host, not several.', '只能指定一台主机。');
const BOTH = words(
  'Give single hosts, or all, or red: only one of these.',
  '请指定具体主机，或输入“全部”，或输入“红”，只能选其一。',
);
const RED_HINT = words('None: the hosts that are critical now.', '不选择时为当前异常的主机。');
