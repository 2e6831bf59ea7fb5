import type { Check } from '../check.ts';
import type { Clause, RowId } from '../clause.ts';
import { checkService } from '../probes/check-service.ts';
import { osgiServices } from '../probes/osgi-services.ts';
import { words } from '../words.ts';
import { portsCheck } from './ports.ts';
import { resourceChecks } from './resources.ts';

/** The patrol of a component as the CAS guide has it for every one of its products, row by row. */
export interface ComponentPatrol {
  readonly clause: Clause;
  /** The row of the patrol as a whole: all its resources and ports stand for it. */
  readonly patrol: RowId;
  /** Rows of the resources, in the order of the guide's table. */
  readonly resources: {
    readonly cpu: RowId;
    readonly memory: RowId;
    readonly disk: RowId;
    readonly load1: RowId;
  };
  /** One a component: its ports, the row of the probe, the row of the alert. */
  readonly ports: readonly [ComponentPorts, ...ComponentPorts[]];
  /** Asked of every component, but for those that only the guide's table names. */
  readonly health?: readonly [RowId, ...RowId[]];
  readonly services?: readonly [RowId, ...RowId[]];
}

export interface ComponentPorts {
  readonly app: string;
  readonly ports: readonly [number, ...number[]];
  readonly rows: readonly [RowId, RowId];
  /** Put before `-ports` in the check's id; the app's own id unless set. */
  readonly id?: string;
  readonly onlyMonitored?: true;
}

/** CPU, memory and disk above 90 %, load1 above 4, and each component's ports (001 §2.3.2, §4 to §7); then its health and its services. */
export function componentPatrol(patrol: ComponentPatrol): readonly Check[] {
  const { clause, ports, health, services } = patrol;
  const { cpu, memory, disk, load1 } = patrol.resources;
  const asked = ports.filter(({ onlyMonitored }) => !onlyMonitored).map(({ app }) => app);
  const above = (row: RowId, value: number) => [{ row, value }] as const;
  return [
    ...ports.map(({ app, id = app, ports: list, rows }) =>
      portsCheck({ id: `${id}-ports`, apps: [app], rows: [...rows, patrol.patrol], clause, ports: list }),
    ),
    ...(health ? [healthCheck({ apps: asked, rows: health, clause, literal: PASSES_WITHOUT_FALSE })] : []),
    ...(services ? [servicesCheck(asked, services, clause)] : []),
    ...resourceChecks({
      apps: ports.map(({ app }) => app),
      clause,
      rows: [patrol.patrol],
      cpu: above(cpu, 90),
      memory: above(memory, 90),
      disk: above(disk, 90),
      load1: above(load1, 4),
    }),
  ];
}

/** As the guide prints it: on a dead service it would pass. */
const PASSES_WITHOUT_FALSE = 'curl localhost:9500/checkService | grep false';

/** The health page of apps, asked for on their hosts. */
export const healthCheck = ({
  id = 'health',
  title = words('Health check', '健康检查'),
  ...facts
}: Pick<Check, 'apps' | 'rows' | 'clause' | 'literal'> & Partial<Pick<Check, 'id' | 'title'>>): Check => ({
  id,
  title,
  ...facts,
  ...checkService(),
});

const servicesCheck = (apps: readonly string[], rows: Check['rows'], clause: Clause): Check => ({
  id: 'services',
  title: words('TR and JVM services', 'TR/JVM 服务'),
  apps,
  rows,
  clause,
  literal: 'telnet localhost 1234 → service',
  ...osgiServices(),
});
