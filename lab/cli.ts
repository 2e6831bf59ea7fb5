import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Ailment, CannotBreak } from './estate/ailments.ts';
import { askEstate, type EstateState } from './estate/control.ts';
import { FAULTS } from './estate/faults/index.ts';
import type { Signal } from './estate/orders/flow.ts';

const PRACTICE = path.join(
  path.dirname(path.dirname(fileURLToPath(import.meta.url))),
  '.fettle',
  'practice',
  'estate',
);
const USAGE = `npm run lab -- list                          the faults there are
npm run lab -- break <fault> [host | order]  make one happen
npm run lab -- mend <fault> [host | order]   end it; "mend all" ends every one
npm run lab -- restart <host>                restart the app of a host, as its console would
npm run lab -- state                         hosts and what ails them
npm run lab -- signals                       signals that the flow engine received

  --folder DIR   the estate's folder, unless it is the demo's
`;

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof CannotBreak)) throw error;
  console.error(error.message);
  return 1;
});

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { folder: { type: 'string', default: PRACTICE } },
    allowPositionals: true,
  });
  const [verb = '', what, on] = positionals;
  const ask = (route: string, query: Readonly<Record<string, string>>): Promise<unknown> =>
    askEstate(path.resolve(values.folder), route, query);
  const where = on === undefined ? {} : { on };
  switch (verb) {
    case 'list':
      return list();
    case 'break':
      if (what === undefined) break;
      return said('broken', (await ask('/break', { fault: what, ...where })) as readonly Ailment[]);
    case 'mend':
      if (what === undefined) break;
      return said('mended', (await ask('/mend', { fault: what, ...where })) as readonly Ailment[]);
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

function list(): number {
  const width = Math.max(...FAULTS.map(({ id }) => id.length)) + 2;
  for (const { id, title, rows } of FAULTS) {
    console.log(`${id.padEnd(width)}${title.en} / ${title.zh} (${rows.join(', ')})`);
  }
  return 0;
}

function said(done: string, ailments: readonly Ailment[]): number {
  if (ailments.length === 0) console.log('nothing of that kind was broken');
  for (const { fault, on } of ailments) console.log(`${done} ${fault} on ${on}`);
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
