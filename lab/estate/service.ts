import type { Change, Conditions } from './conditions.ts';
import type { LocalTime } from './local-time.ts';
import type { Release } from './orders/release.ts';
import type { PlannedAddresses, PlannedHost } from './plan.ts';

/**
 * What answers on a port. `open`: accepts and keeps the connection, as a binary protocol does to a stranger. `check-service`
 * (usually 9500), `service-list` (1234), `web-page` (80) and `readiness` (8080) are those that many apps have.
 */
export type Service = 'open' | 'check-service' | 'service-list' | 'web-page' | 'readiness' | HttpService;

/** Answers the requests of one port of one app. What it throws is a 500. */
export type HttpService = (asked: Asked, served: Served) => Answer | Promise<Answer>;

/** A command of a host, by the arguments given to it. What it throws is said on its error output, with exit code 1. */
export type Executable = (args: readonly string[], served: Served) => Ran | Promise<Ran>;

export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  /** At most 4096 bytes; longer ones are empty. */
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface Ran {
  readonly out?: string;
  readonly err?: string;
  readonly code?: number;
}

/** What an answer can see and do. */
export interface Served {
  readonly host: SeenHost;
  readonly estate: EstateView;
  readonly sideEffects: SideEffects;
  /** The release platform, where the estate has one. */
  readonly release: Release | undefined;
}

export interface EstateView extends PlannedAddresses {
  readonly hosts: readonly SeenHost[];
  readonly hostsOf: (app: string) => readonly SeenHost[];
}

/** A host of the estate as it is now. */
export interface SeenHost {
  readonly plan: PlannedHost;
  readonly conditions: Conditions;
  /** Whether a program of it runs; the app itself unless another is named. */
  readonly runs: (program?: string) => boolean;
  /** When the program started, or ended where it does not run. Milliseconds since the epoch. */
  readonly since: (program?: string) => number;
  /** When its container started, or ended where it does not run. Milliseconds since the epoch. */
  readonly containerSince: () => number;
  /** A moment as the host's clock shows it. */
  readonly local: (at: number) => LocalTime;
  /** Whether a program of it listens on the port. */
  readonly serves: (port: number) => boolean;
}

/** What requests and commands change for good, so that it outlives restarts and other faults. */
export interface SideEffects {
  /** Changes hosts. Takes the place of what was done under the same name before, and ends the faults that it mends. */
  readonly do: (act: SideEffect) => Promise<void>;
  /** Ends a program of a host, until it is started. */
  readonly stop: (host: string, program: string) => Promise<void>;
  /** Starts a program of a host again, also one that runs; ends the faults that a restart mends. */
  readonly start: (host: string, program: string) => Promise<void>;
  /** Stops a whole host, as its container would, until it is started. */
  readonly switchOff: (host: string) => Promise<void>;
  /** Starts a whole host again, also one that runs; ends the faults that a restart mends. */
  readonly switchOn: (host: string) => Promise<void>;
  /** Takes a host that is switched off away from its machine, until somebody starts it anew. */
  readonly remove: (host: string) => Promise<void>;
  /** One line of the moment in a log of a host, when its app runs. */
  readonly log: (host: string, file: string, text: string) => void;
}

/** What follows from a change of the hosts while it is still under way. */
export interface NoticeEffects extends Pick<SideEffects, 'log'> {
  /** The same as `do`, as soon as the change under way is over. */
  readonly begin: (effect: SideEffect) => void;
}

export interface SideEffect {
  readonly name: string;
  readonly on: readonly string[];
  readonly change: Change;
  readonly mends?: readonly string[];
}

export const text = (status: number, body: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body,
});

export const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

/** A page of a console. `body` is HTML already. */
export const page = (status: number, title: string, body: string): Answer => ({
  status,
  type: 'text/html; charset=utf-8',
  body: `<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>\n`,
});

export const escapeHtml = (words: string): string =>
  words.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

export const NOT_FOUND: Answer = text(404, 'not found\n');
