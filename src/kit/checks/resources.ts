import type { Check, Limit } from '../check.ts';
import type { Clause, RowId } from '../clause.ts';
import { cpu } from '../probes/cpu.ts';
import { disk } from '../probes/disk.ts';
import { load } from '../probes/load.ts';
import { memory } from '../probes/memory.ts';
import { words } from '../words.ts';

type Limits = readonly [Limit, ...Limit[]];

export interface Resources {
  /** Put before `-cpu`, `-memory`, …; the bare names when absent. */
  readonly id?: string;
  readonly apps: readonly string[];
  readonly clause: Clause;
  /** Rows that all of them answer, like the patrol of a component. */
  readonly rows?: readonly RowId[];
  readonly cpu?: Limits;
  readonly memory?: Limits;
  readonly disk?: Limits;
  /** Load average of one minute. */
  readonly load1?: Limits;
  /** Load average of five minutes. */
  readonly load5?: Limits;
}

/** The resource rows of a manual's monitoring table: each resource that has limits is one check, held against all of them. */
export function resourceChecks(resources: Resources): readonly Check[] {
  const { id, apps, clause, rows = [] } = resources;
  const check = (name: string, title: Check['title'], limits: Limits | undefined, probe: Probe): Check[] =>
    limits === undefined
      ? []
      : [
          {
            id: id === undefined ? name : `${id}-${name}`,
            title,
            apps,
            rows: [limits[0].row, ...limits.slice(1).map(({ row }) => row), ...rows],
            clause,
            limits: Object.fromEntries(limits.map((limit) => [limit.row, limit])),
            ...probe,
          },
        ];
  return [
    ...check('cpu', words('CPU', 'CPU'), resources.cpu, cpu()),
    ...check('memory', words('Memory', '内存'), resources.memory, memory()),
    ...check('disk', words('Disk', '磁盘'), resources.disk, disk()),
    ...check('load', words('Load, 1 minute', '1 分钟负载'), resources.load1, load(1)),
    ...check('load', words('Load, 5 minutes', '5 分钟负载'), resources.load5, load(5)),
  ];
}

type Probe = ReturnType<typeof cpu>;

/** One value that several sections of a manual name, each with a row that the inventory may override. */
export const sameLimit = (value: number, row: RowId, ...others: readonly RowId[]): Limits => [
  { row, value },
  ...others.map((other): Limit => ({ row: other, value })),
];
