import { z } from 'zod';
import type { App, Database, Estate, Host, Inspection, LimitOverride, System } from '../kit/index.ts';
import { ADAPTERS, placeFields, placeMistakes, placeOf } from './container-places.ts';
import { inventoryMistakes } from './inventory-names.ts';
import { type InventoryNames, looseNames } from './inventory-loose.ts';
import type { Known } from './known.ts';
import { near } from './near.ts';
import { notSaid, type Problem, problemsOf } from './problems.ts';
import { type DeclaredSchedule, readSchedules, ScheduleEntry } from './schedules.ts';

const name = z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'use a short name like msgbroker-1');
const address = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, 'write a host name or an IP address');
const port = z
  .number({ error: 'write a port number from 1 to 65535' })
  .int()
  .min(1, 'write a port number from 1 to 65535')
  .max(65_535, 'write a port number from 1 to 65535');
const absolute = z.string().regex(/^\/[^\0]*[^/\0]$/, 'write an absolute path without a slash at its end');
const fingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'write it as `ssh-keygen -lf` prints it: SHA256:…');

const level = z.enum(['warning', 'critical'], { error: 'write warning or critical' });
/** `85`, or a window and a level as well. */
const Override = z.union(
  [
    z.number().transform((value): LimitOverride => ({ value })),
    z.strictObject({
      value: z.number({ error: 'write a number' }).optional(),
      windowSeconds: z
        .number({ error: 'write seconds' })
        .int()
        .min(1, 'write 1 or more seconds')
        .max(86_400, 'write at most a day, 86400')
        .optional(),
      level: level.optional(),
    }),
  ],
  { error: 'write a number, or { value, windowSeconds, level }' },
);
const Limits = z.record(
  z.string().regex(/^[A-Z]+-[CML]\d+$/, 'use a row of the manuals, like MQ-M01'),
  Override,
);

const HostEntry = z.strictObject({
  name,
  address,
  port: port.optional(),
  site: name.optional(),
  fingerprint: fingerprint.optional(),
  ...placeFields,
});

const slackId = (kinds: string, what: string) =>
  z.string().regex(new RegExp(`^[${kinds}][A-Z0-9]{6,20}$`), `write Slack’s id of ${what}`);

const ContactEntry = z
  .strictObject({
    user: slackId('UW', 'a person, like U0123ABCDEF').optional(),
    channel: slackId('CG', 'a channel, like C0123ABCDEF').optional(),
    group: slackId('S', 'a user group, like S0123ABCDEF').optional(),
    phone: z
      .string()
      .regex(/^[\p{L}\p{N} +().,:/-]{3,60}$/u, 'write a phone number as people dial it')
      .optional(),
  })
  .refine(
    ({ user, channel, phone }) => user !== undefined || channel !== undefined || phone !== undefined,
    'write at least one of user, channel, phone',
  )
  .refine(
    ({ channel, group }) => group === undefined || channel !== undefined,
    'a group is called in a channel: write the channel as well',
  );

/** The file as people write it. */
export const InventoryFile = z.strictObject({
  name: z.string(),
  environment: z.enum(['production', 'test', 'practice'], { error: 'write production, test or practice' }),
  timeZone: z.string().refine(isTimeZone, 'write an IANA time zone like Asia/Shanghai'),
  domain: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/, 'write the base domain of the consoles, like bank.example'),
  sites: z.array(z.strictObject({ name })).min(1, 'name at least one site'),
  ssh: z
    .strictObject({
      port: port.default(2022),
      jump: z
        .strictObject({
          address,
          port: port.default(22),
          user: z.string().optional(),
          fingerprint: fingerprint.optional(),
        })
        .optional(),
    })
    .default({ port: 2022 }),
  apps: z.record(
    name,
    z.strictObject({
      system: z.string().optional(),
      /** The app of the manuals that it is, when it has a name of its own: business apps are business-host. */
      is: z.string().optional(),
      title: z.strictObject({ en: z.string(), zh: z.string() }).optional(),
      aliases: z.array(z.string()).default([]),
      hosts: z.array(HostEntry).default([]),
      ports: z.record(z.string().regex(/^\d{1,5}$/, 'write the documented port'), port).default({}),
      paths: z.record(absolute, absolute).default({}),
    }),
  ),
  databases: z
    .record(
      name,
      z.strictObject({
        host: address,
        port: port.default(3306),
        schema: z
          .string()
          .regex(/^\w{1,64}$/, 'use letters, digits and "_"')
          .optional(),
      }),
    )
    .default({}),
  consoles: z
    .record(
      z.string(),
      z.url({ protocol: /^https?$/, error: 'write an address that begins with http:// or https://' }),
    )
    .default({}),
  containers: z
    .strictObject({
      adapter: z.enum(ADAPTERS, { error: 'write docker, kubernetes or manual' }),
    })
    .default({ adapter: 'manual' }),
  limits: Limits.default({}),
  options: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  addresses: z.record(name, address).default({}),
  contacts: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9:.-]{0,62}$/, 'use a short name like ops-admin'), ContactEntry)
    .default({}),
  schedules: z.array(ScheduleEntry).default([]),
});
export type InventoryFile = z.infer<typeof InventoryFile>;

export interface Inventory {
  readonly estate: Estate;
  readonly jump: InventoryFile['ssh']['jump'];
  readonly fingerprints: Readonly<Record<string, readonly string[]>>;
  readonly containers: InventoryFile['containers']['adapter'];
  readonly schedules: readonly DeclaredSchedule[];
}

/** The inventory with every alias and default filled in from the definitions, or everything that is wrong with it. */
export function readInventory(
  file: string,
  data: unknown,
  known: Known,
):
  | { readonly ok: true; readonly inventory: Inventory }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const read = InventoryFile.safeParse(data, { reportInput: true });
  if (!read.success) {
    const problems = problemsOf(file, read.error);
    return {
      ok: false,
      problems: [...problems, ...notSaid(mistakesBeside(file, data, known, problems), problems)],
    };
  }
  const resolved = resolve(read.data, known);
  const { schedules, problems: unplanned } = readSchedules(file, read.data.schedules, resolved.estate);
  const problems = [
    ...disagreements(file, read.data, known),
    ...[...inventoryMistakes(read.data, known), ...placeMistakes(read.data)].map((mistake) => ({
      file,
      ...mistake,
    })),
    ...unplanned,
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, inventory: { ...resolved, schedules } };
}

/** Mistakes in names of an inventory whose shape is wrong somewhere, as far as it can be read. */
function mistakesBeside(
  file: string,
  data: unknown,
  known: Known,
  problems: readonly Problem[],
): readonly Problem[] {
  const names = looseNames(data, problems);
  if (!names) return [];
  const isSound = (part: keyof InventoryFile): boolean =>
    !problems.some(({ path }) => path === part || path.startsWith(`${part}.`));
  const kept = Object.entries(data as Record<string, unknown>).filter(
    ([part]) => part in InventoryFile.shape && isSound(part as keyof InventoryFile),
  );
  // With the apps and sites as they are, schedules can be read, whatever else is wrong.
  const patched = InventoryFile.safeParse({ ...PLACEHOLDERS, ...Object.fromEntries(kept) });
  const schedules =
    patched.success && isSound('timeZone') && isSound('environment')
      ? readSchedules(file, patched.data.schedules, resolve(patched.data, known).estate).problems
      : [];
  return [
    ...disagreements(file, names, known),
    ...inventoryMistakes(names, known).map((mistake) => ({ file, ...mistake })),
    ...schedules,
  ];
}

/** For what must be there and does not matter to names; sites and apps have none. */
const PLACEHOLDERS = { name: 'unread', environment: 'practice', timeZone: 'UTC', domain: 'unread.example' };

function disagreements(file: string, data: InventoryNames, known: Known): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (path: string, says: string): void => void problems.push({ file, path, says });
  const sites = new Set(data.sites?.map((site) => site.name));
  const areSitesClear = data.sites !== undefined && !sites.has(undefined);
  const seen = new Map<string, string>();
  for (const [app, entry] of Object.entries(data.apps ?? {})) {
    const wanted = entry.is ?? app;
    if (
      !entry.isUnclear &&
      (entry.is !== undefined || entry.system === undefined) &&
      !appFacts(wanted, known)
    ) {
      const apps = known.flatMap((each) => each.apps.map(({ id }) => id));
      say(
        `apps.${app}${entry.is === undefined ? '' : '.is'}`,
        `is no app of the manuals${near(wanted, apps, 3)}; correct the name, give it a "system", or say what it "is" (a business app: business-host)`,
      );
    }
    for (const [index, host] of entry.hosts.entries()) {
      const path = `apps.${app}.hosts.${index}`;
      if (host.site !== undefined && areSitesClear && !sites.has(host.site))
        say(`${path}.site`, `is no site of this file; there are ${[...sites].join(', ')}`);
      if (host.name === undefined) continue;
      const before = seen.get(host.name);
      if (before !== undefined)
        say(
          `${path}.name`,
          `${host.name} is already a host of ${before}; every host has one name and one app`,
        );
      seen.set(host.name, app);
    }
  }
  for (const [system, chosen = {}] of Object.entries(data.options)) {
    const declared = known.find((each) => each.system.id === system)?.options ?? {};
    if (!known.some((each) => each.system.id === system)) continue;
    for (const [option, value] of Object.entries(chosen)) {
      const facts = declared[option];
      const path = `options.${system}.${option}`;
      if (!facts) say(path, `is no option; ${system} has ${Object.keys(declared).join(', ') || 'none'}`);
      else if (value !== undefined && !facts.values.includes(value))
        say(path, `write ${facts.values.join(' or ')}`);
    }
  }
  return problems;
}

function resolve(data: InventoryFile, known: Known): Omit<Inventory, 'schedules'> {
  const [site] = data.sites;
  const hosts = Object.entries(data.apps).flatMap(([app, entry]) =>
    entry.hosts.map(
      (host): Host => ({
        name: host.name,
        app,
        site: host.site ?? site?.name ?? '',
        address: host.address,
        port: host.port ?? data.ssh.port,
        ...placeOf(host),
      }),
    ),
  );
  const named = Object.entries(data.apps).map(([id, entry]): App => {
    const kind = entry.is ?? id;
    const facts = appFacts(kind, known);
    const ownName = kind === id;
    return {
      id,
      kind,
      system: entry.system ?? facts?.system ?? '',
      title: entry.title ?? (ownName ? facts?.title : undefined) ?? { en: id, zh: id },
      names: unique([id, ...(ownName ? (facts?.names ?? []) : []), ...entry.aliases]),
      hosts: entry.hosts.map((host) => host.name),
      ports: Object.fromEntries(Object.entries(entry.ports).map(([from, to]) => [Number(from), to])),
      paths: entry.paths,
    };
  });
  const apps = [...named, ...agents(named, known)];
  const systems = known
    .filter((each) => isHere(each, apps))
    .map(
      ({ system }): System => ({
        id: system.id,
        title: system.title,
        names: unique([system.id, ...system.names]),
      }),
    );
  const databases = Object.entries(data.databases).map(
    ([id, entry]): Database => ({ name: id, host: entry.host, port: entry.port, schema: entry.schema ?? id }),
  );
  const pins = Object.values(data.apps).flatMap(({ hosts: entries }) =>
    entries.flatMap((host) =>
      host.fingerprint === undefined ? [] : [[host.name, [host.fingerprint]] as const],
    ),
  );
  return {
    estate: {
      name: data.name,
      environment: data.environment,
      timeZone: data.timeZone,
      domain: data.domain,
      systems,
      apps,
      hosts,
      databases,
      consoles: data.consoles,
      limits: data.limits as Estate['limits'],
      options: Object.fromEntries(
        known.map(({ system, options = {} }) => [
          system.id,
          { ...usual(options), ...data.options[system.id] },
        ]),
      ),
      addresses: data.addresses,
      contacts: data.contacts,
    },
    jump: data.ssh.jump,
    fingerprints: Object.fromEntries(pins),
    containers: data.containers.adapter,
  };
}

function appFacts(id: string, known: Known) {
  for (const { system, apps } of known) {
    const found = apps.find((app) => app.id === id);
    if (found) return { ...found, system: system.id };
  }
  return undefined;
}

/** A system is here when one of its apps is, or an app that its manual has a check on; one without either is only written about. */
const isHere = ({ system, apps, checks = [] }: Known[number], present: readonly App[]): boolean =>
  (apps.length === 0 && checks.length === 0) ||
  present.some((app) => app.system === system.id || checks.some((check) => check.apps.includes(app.kind)));

/** Agents run on every host of the apps they belong to; hosts listed in the inventory take precedence. */
function agents(named: readonly App[], known: Known): readonly App[] {
  return known.flatMap(({ system, apps }) =>
    apps.flatMap(({ id, title, names, runsOn }): readonly App[] => {
      if (runsOn === undefined || named.some((app) => app.id === id)) return [];
      const carriers = named.filter(({ kind }) => kind === runsOn);
      const hosts = carriers.flatMap((carrier) => carrier.hosts);
      if (carriers.length === 0) return [];
      return [
        {
          id,
          kind: id,
          system: system.id,
          title,
          names: unique([id, ...names]),
          hosts,
          ports: {},
          paths: {},
        },
      ];
    }),
  );
}

const usual = (options: NonNullable<Inspection['options']>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(options).map(([name, facts]) => [name, facts.usual]));

const unique = (names: readonly string[]): readonly string[] => [
  ...new Set(names.map((each) => each.toLowerCase())),
];

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
