import type { App, Estate, Inspection, Playbook } from '../kit/index.ts';

/** The least estate in which every system and app has its names, and each app one host. */
export function estateOf(inspections: readonly Inspection[]): Estate {
  const apps = inspections.flatMap(({ system, apps: own }) =>
    own.map(({ id, title, names }) => ({ ...appNamed(id, [`${id}-1`]), system: system.id, title, names })),
  );
  return {
    name: 'examples',
    environment: 'practice',
    timeZone: 'UTC',
    domain: 'example',
    systems: inspections.map(({ system }) => system),
    apps,
    hosts: apps.map(({ id }) => hostNamed(`${id}-1`, id)),
    databases: [],
    consoles: {},
    limits: {},
    options: {},
    addresses: {},
    contacts: {},
  };
}

/** The same estate, with every app, host and site that an example of the playbook names. */
export function withPlacesOf(
  { args, examples }: Pick<Playbook, 'args' | 'examples'>,
  estate: Estate,
): Estate {
  const named = { app: new Set<string>(), host: new Set<string>(), site: new Set<string>() };
  const kinds = new Set<string>();
  for (const [id, word] of Object.entries(args.words)) {
    const [field] = word.fields(id);
    if (field.kind !== 'places' || field.of === 'system') continue;
    for (const kind of field.under ?? []) kinds.add(kind);
    for (const example of examples) {
      const value = example[id];
      // `all` and `red` name no host.
      if (field.of !== 'host' || word.takes === 'one' || Array.isArray(value))
        for (const name of word.write(value)) named[field.of].add(name);
    }
  }
  const missing = [...named.app, ...kinds].filter((id) => estate.apps.every((app) => app.id !== id));
  const hosts = [...named.host, ...[...named.site].map((site) => `${site}-1`)];
  const apps = [...estate.apps, ...new Set(missing)].map((app): App => {
    const whole = typeof app === 'string' ? appNamed(app, [`${app}-1`]) : app;
    return { ...whole, hosts: [...new Set([...whole.hosts, ...hosts])] };
  });
  const known = new Set(estate.hosts.map(({ name }) => name));
  const [owner] = apps;
  return {
    ...estate,
    apps,
    hosts: [
      ...estate.hosts,
      ...[...named.host].filter((name) => !known.has(name)).map((name) => hostNamed(name, owner?.id ?? name)),
      ...[...named.site].map((site) => ({ ...hostNamed(`${site}-1`, owner?.id ?? site), site })),
    ],
  };
}

const appNamed = (id: string, hosts: readonly string[]): App => ({
  id,
  kind: id,
  system: id,
  title: { en: id, zh: id },
  names: [],
  hosts,
  ports: {},
  paths: {},
});

const hostNamed = (name: string, app: string): Estate['hosts'][number] => ({
  name,
  app,
  site: 'site',
  address: '127.0.0.1',
  port: 22,
});
