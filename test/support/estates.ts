import { type InventoryFile, readInventory } from '../../src/config/inventory.ts';
import type { App, Estate, Inspection } from '../../src/kit/index.ts';

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
  contacts: {},
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

/** What an inventory with these apps means to these inspections. */
export function estateFrom(
  apps: Readonly<Record<string, Partial<InventoryFile['apps'][string]>>>,
  inspections: readonly Inspection[],
): Estate {
  const file = {
    name: 'bank',
    environment: 'test',
    timeZone: 'UTC',
    domain: 'bank.example',
    sites: [{ name: 'a' }],
    apps,
  };
  const read = readInventory('inventory.yaml', file, inspections);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.inventory.estate;
}
