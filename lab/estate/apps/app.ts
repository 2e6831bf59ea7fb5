import type { RowId, Words } from '../../../src/kit/index.ts';
import type { LogFile } from '../log.ts';
import type { EstateView, Executable, NoticeEffects, Service } from '../service.ts';

/** One application of the practice estate: how many hosts it has and what runs on them. One file per system. */
export interface PracticeApp {
  /** Canonical id, as in the manuals' catalogue. */
  readonly id: string;
  readonly system: string;
  readonly title: Words;
  /** Hosts are named `<hostName>-1`, `<hostName>-2`, … */
  readonly hostName: string;
  readonly hosts: number;
  readonly cores: number;
  readonly memoryGb: number;
  /** What runs on its hosts: the app itself first, then what runs beside it. */
  readonly programs: readonly [Program, ...Program[]];
  /** An agent has no hosts of its own: its programs run beside these apps, on each of their hosts. */
  readonly beside?: readonly string[];
  /** The port whose loss is the app's documented fault. */
  readonly mainPort?: number;
  /** What the health check lists. */
  readonly components?: readonly string[];
  readonly consoles?: readonly Console[];
  /** Name of the load balancer before its hosts, which has an address of its own. */
  readonly balancer?: string;
  readonly databases?: readonly PracticeDatabase[];
  /** All its hosts stand in the first of the two sites; they take turns unless set. */
  readonly oneSite?: true;
  /** Its hosts are machines: those of all other apps are containers on them, in turn. */
  readonly carries?: true;
  /** Rows of its own manual that faults which can happen anywhere turn red: `{ 'disk-full': ['MQ-M01'] }`. */
  readonly rows?: Readonly<Record<string, readonly RowId[]>>;
  /** Looks at the estate whenever its hosts have changed, as a cluster notices the loss of a member. Must not wait. */
  readonly notice?: (estate: EstateView, sideEffects: NoticeEffects) => void;
}

/** One program on the hosts of an app. Each can be down by itself. */
export interface Program {
  /** Unique on the host; the app's own id for the app itself. */
  readonly id: string;
  /** Command line under which its process shows itself. */
  readonly command: string;
  /** Name of its process; `java` unless set. */
  readonly processName?: string;
  /** Who runs it; `admin` unless set. */
  readonly user?: 'admin' | 'root';
  /** A task that has run and ended: its host stands there without it. */
  readonly ranOnce?: true;
  readonly ports?: Readonly<Record<number, Service>>;
  readonly peers?: readonly Peer[];
  /** Connections that others keep to its ports. */
  readonly clients?: readonly { readonly port: number; readonly count: number }[];
  readonly logs?: readonly LogFile[];
  /** Commands it brings, by their path on the host; a text is the whole script. They answer also when it is down. */
  readonly executables?: Readonly<Record<string, Executable | string>>;
}

/** Connections the program keeps: to one host of an app that serves the port, or to each of them, or to a database server. */
export type Peer =
  | { readonly app: string; readonly port: number; readonly connections: number; readonly each?: true }
  | { readonly server: string; readonly port: number; readonly connections: number };

/**
 * A console in the browser. `sofa-mq` is reached as `sofa-mq.{domain}` and as /sofa-mq/ at the estate's web entrance, and
 * answered by that port of the first of the app's hosts that serves it.
 */
export interface Console {
  readonly name: string;
  readonly port: number;
  /** Folder under which this app answers, where a console is shared by several: `/deps`. All of it unless set. */
  readonly below?: string;
  /** Its name in the inventory; the app's system unless set. */
  readonly key?: string;
}

/** A database of an app. Its server has an address in the estate; the database itself exists when something asks it. */
export interface PracticeDatabase {
  /** The name of its server on the hosts, of its schema, and in the inventory. */
  readonly name: string;
  /** Statements that make its tables and rows. Without them nobody can ask it, and the inventory does not know it. */
  readonly statements?: readonly string[];
  /** Tables in which a documented fix inserts and deletes. */
  readonly changeable?: readonly string[];
}

/** The apps as they stand on hosts: agents run where they say. */
export const withAgents = (apps: readonly PracticeApp[]): readonly PracticeApp[] =>
  apps
    .filter(({ beside }) => beside === undefined)
    .map((app) => {
      const agents = apps.filter(({ beside = [] }) => beside.includes(app.id));
      const [first, ...others] = app.programs;
      return { ...app, programs: [first, ...others, ...agents.flatMap(({ programs }) => programs)] };
    });

/** Whether an app's hosts are those of another, or run it beside theirs. */
export const isOrRuns = (app: PracticeApp, id: string): boolean =>
  app.id === id || app.programs.some((program) => program.id === id);

export const mainProgram = (app: PracticeApp): string => app.programs[0].id;

/** Every port that a healthy host of the app serves, besides that of SSH. */
export const portsOf = (app: PracticeApp): readonly number[] =>
  app.programs.flatMap(({ ports = {} }) => Object.keys(ports).map(Number));

export const serviceOf = (app: PracticeApp, port: number): Service | undefined =>
  app.programs.flatMap(({ ports }) => ports?.[port] ?? [])[0];
