import type { RowId, Words } from '../../src/kit/index.ts';
import type { Peer, PracticeApp, Program } from './apps/app.ts';
import type { LogFile } from './log.ts';
import { defaultLog, errorLog } from './log-lines.ts';
import type { Service } from './service.ts';

export interface CasApp
  extends Pick<PracticeApp, 'consoles' | 'databases' | 'balancer' | 'mainPort'>,
    Pick<Program, 'executables'> {
  readonly id: string;
  readonly system: string;
  readonly title: Words;
  /** Beside 12200, which every app of the CAS guide serves, and those that the patrol asks. */
  readonly ports: Readonly<Record<number, Service>>;
  readonly peers: readonly Peer[];
  /** What its log says while nothing happens. */
  readonly usual: string;
  /** What its error log says otherwise; `errorLog` where the log is of another kind. */
  readonly errors?: readonly string[];
  readonly errorLog?: LogFile;
  readonly logs?: readonly LogFile[];
  readonly rows: PatrolRows;
}

/** Rows of the patrol that the manual has for the app. */
export interface PatrolRows {
  readonly ports: readonly RowId[];
  /** Health page and list of services; an app without such rows has neither. */
  readonly health?: readonly RowId[];
  readonly cpu: readonly RowId[];
  readonly memory: readonly RowId[];
  readonly disk: readonly RowId[];
  readonly load: readonly RowId[];
  readonly errors?: readonly RowId[];
  readonly page?: readonly RowId[];
  /** Of faults that only this app has rows for. */
  readonly more?: PracticeApp['rows'];
}

/** The patrol's rows of the resources, which most of the guide's products number alike. */
export const resourceRows = (
  system: 'BASIC' | 'IAM' | 'ONEC' | 'STAR',
): Pick<PatrolRows, 'cpu' | 'memory' | 'disk' | 'load'> => ({
  cpu: [`${system}-C01`, `${system}-M01`, `${system}-A01`],
  memory: [`${system}-C01`, `${system}-M02`, `${system}-A01`],
  disk: [`${system}-C01`, `${system}-M03`, `${system}-A01`],
  load: [`${system}-C01`, `${system}-M04`, `${system}-A01`],
});

/** What the patrol asks in the container itself. */
const ASKED = { 1234: 'service-list', 9500: 'check-service' } as const;

/** An app of the CAS guide: two hosts, one Java process on each, served and logged as the patrol expects it. */
export function casApp({ id, system, title, ports, peers, usual, rows, ...own }: CasApp): PracticeApp {
  const folder = `/home/admin/logs/${id}`;
  const { consoles, databases, balancer, mainPort, executables, logs = [] } = own;
  const ownErrors = own.errorLog ?? errorLog(`${folder}/common-error.log`, own.errors ?? [], 'biz');
  return {
    id,
    system,
    title,
    hostName: id,
    hosts: 2,
    cores: 4,
    memoryGb: 8,
    ...(rows.health ? { components: ['sofaRuntime', 'dataSource', 'rpcService', 'scheduler'] } : {}),
    ...(consoles ? { consoles } : {}),
    ...(databases ? { databases } : {}),
    ...(balancer === undefined ? {} : { balancer }),
    mainPort: mainPort ?? Number(Object.keys(ports)[0] ?? 12200),
    programs: [
      {
        id,
        command: `java -server -Xms4g -Xmx4g -Dapp.name=${id} -Dserver.port=8341 -Drpc.tr.port=12200 -jar /home/admin/${id}/lib/${id}-bootstrap.jar`,
        ports: { ...ports, ...(rows.health ? ASKED : {}), 12200: 'open' },
        peers,
        logs: [ownErrors, defaultLog(`${folder}/common-default.log`, usual), ...logs],
        ...(executables ? { executables } : {}),
      },
    ],
    rows: {
      'process-down': [...rows.ports, ...(rows.health ?? [])],
      'port-not-listening': rows.ports,
      ...(rows.health ? { 'health-false': rows.health } : {}),
      'cpu-high': rows.cpu,
      'memory-high': rows.memory,
      'disk-full': rows.disk,
      'load-high': rows.load,
      ...(rows.errors ? { 'error-burst': rows.errors } : {}),
      ...(rows.page ? { 'page-down': rows.page } : {}),
      ...rows.more,
    },
  };
}
