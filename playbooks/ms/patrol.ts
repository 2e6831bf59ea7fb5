import { type Check, portsCheck, type RowId, words } from '../../src/kit/index.ts';

/** The monitoring table of the patrol. */
export const patrol = { document: '002', section: '2.5.1.1' } as const;

/** The list of metrics (2.2.1.1) and the patrol name each resource with a row, and either may be overridden. */
export const above = (most: number, patrolRow: RowId, alertRow: RowId) =>
  [
    { row: patrolRow, value: most },
    { row: alertRow, value: most },
  ] as const;

export const LOAD5 = [{ row: 'MS-M22', value: 3 }] as const;

/** 2022 is the port of the container's sshd; the manual monitors it and does not explain it (ERR-GEN-21). */
export const maintenancePort = (name: string, app: string, rows: readonly [RowId, RowId]): Check =>
  portsCheck({
    id: `${name}-maintenance-port`,
    title: words('Maintenance port', '维护端口'),
    apps: [app],
    rows: [...rows, 'MS-C01'],
    clause: patrol,
    ports: [2022],
  });
