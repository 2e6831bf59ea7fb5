import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CannotBreak } from './estate/active-faults.ts';
import { APPS } from './estate/apps/index.ts';
import { askEstate, type EstateState } from './estate/control.ts';
import { canHave, rowsOn, systemOf } from './estate/faults/fault.ts';
import { type ActiveFault, type Fault, FAULTS } from './estate/faults/index.ts';
import type { Signal } from './estate/orders/flow.ts';

const PRACTICE = path.join(
  path.dirname(path.dirname(fileURLToPath(import.meta.url))),
  '.fettle',
  'practice',
  'estate',
);
const USAGE = `npm run lab -- list [system]                 the faults there are, or those that hosts of a system can have
npm run lab -- break <fault> [host | order]  make one happen
npm run lab -- mend <fault> [host | order]   end it; "mend all" ends every one
npm run lab -- restart <host>                restart the app of a host, as its console would
npm run lab -- state                         hosts and what ails them
npm run lab -- signals                       signals that the flow engine received

  --folder DIR   the estate's folder, unless it is the demo's
`;

/** What can happen to every host is listed under this. */
const ANY = 'any host';

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof CannotBreak)) throw error;
  console.error(error.message);
  return 1;
});

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { folder: { type: 'string', default: PRACTICE }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const [verb = '', what, on] = values.help ? [] : positionals;
  const ask = (route: string, query: Readonly<Record<string, string>>): Promise<unknown> =>
    askEstate(path.resolve(values.folder), route, query);
  const where = on === undefined ? {} : { on };
  switch (verb) {
    case 'list':
      return list(what);
    case 'break':
      if (what === undefined) break;
      return said('broken', (await ask('/break', { fault: what, ...where })) as readonly ActiveFault[]);
    case 'mend':
      if (what === undefined) break;
      return said('mended', (await ask('/mend', { fault: what, ...where })) as readonly ActiveFault[]);
    case 'restart':
      if (what === undefined) break;
      await ask('/restart', { on: what });
      console.log(`restarted ${what}`);
      return 0;
    case 'state':
      return state((await ask('/state', {})) as EstateState);
    case 'signals':
      return signals((await ask('/signals', {})) as readonly Signal[]);
    default:
  }
  console.error(USAGE);
  return 2;
}

/** By system; what can happen on any host comes first. Of one system also the rows of the manuals that turn red. */
function list(system: string | undefined): number {
  const groups = new Map<string, readonly (readonly [string, string])[]>();
  for (const fault of FAULTS) {
    const [group, rows] =
      system === undefined ? [systemOf(fault, APPS) ?? ANY, []] : possible(fault, system.toUpperCase());
    if (group === undefined) continue;
    const shown = `${fault.title.en} / ${fault.title.zh}${rows.length > 0 ? ` (${rows.join(', ')})` : ''}`;
    groups.set(group, [...(groups.get(group) ?? []), [fault.id, shown]]);
  }
  if (groups.size === 0) {
    const systems = [...new Set(APPS.map((app) => app.system.toLowerCase()))].toSorted();
    throw new CannotBreak(`no host of "${system}" can have a fault; there are ${systems.join(', ')}`);
  }
  const width = Math.max(...FAULTS.map(({ id }) => id.length)) + 2;
  for (const [group, lines] of groups) {
    console.log(group);
    for (const [id, shown] of lines) console.log(`  ${id.padEnd(width)}${shown}`);
  }
  return 0;
}

/** Whether hosts of a system can have the fault, and the rows that it turns red there. */
function possible(fault: Fault, system: string): readonly [string | undefined, readonly string[]] {
  if (fault.on === 'order') return [system === 'DEPS' ? system : undefined, fault.rows];
  const apps = APPS.filter((app) => app.system === system && canHave(app, fault));
  const rows = apps.flatMap((app) => rowsOn(fault, app));
  return [apps.length > 0 ? (systemOf(fault, APPS) ?? ANY) : undefined, [...new Set(rows)].toSorted()];
}

function said(done: string, activeFaults: readonly ActiveFault[]): number {
  if (activeFaults.length === 0) console.log('nothing of that kind was broken');
  for (const { fault, on } of activeFaults) console.log(`${done} ${fault} on ${on}`);
  return 0;
}

function state({ hosts, orders, signals: count }: EstateState): number {
  const width = Math.max(...hosts.map(({ name }) => name.length)) + 2;
  for (const { name, address, processRuns, faults } of hosts) {
    const process = processRuns ? 'up' : 'down';
    console.log(
      `${name.padEnd(width)}${address.padEnd(16)}${process.padEnd(6)}${faults.join(', ')}`.trimEnd(),
    );
  }
  for (const { fault, on } of orders) console.log(`${on}  ${fault}`);
  console.log(`${count} signal(s) received`);
  return 0;
}

function signals(received: readonly Signal[]): number {
  for (const { at, host, executionId, nodeId, says } of received) {
    console.log(`${at} ${host} execution ${executionId} node ${nodeId}: ${says}`);
  }
  return 0;
}
