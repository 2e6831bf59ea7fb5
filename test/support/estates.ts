import type { App, Estate } from '../../src/kit/index.ts';

/** An estate without anything in it but what is given. */
export const estateOf = (over: Partial<Estate> = {}): Estate => ({
  name: 'test',
  environment: 'test',
  timeZone: 'UTC',
  domain: 'bank.example',
  systems: [],
  apps: [],
  hosts: [],
  databases: [],
  consoles: {},
  limits: {},
  options: {},
  addresses: {},
  ...over,
});

/** An app of the manuals, on no host unless given. */
export const appOf = (id: string, system: string, over: Partial<App> = {}): App => ({
  id,
  kind: id,
  system,
  title: { en: id, zh: id },
  names: [],
  hosts: [],
  ports: {},
  paths: {},
  ...over,
});
