import type { Duplex } from 'node:stream';
import type { NoAnswer } from '../kit/targets.ts';
import { type Connection, type Opened, openConnection } from './connect.ts';
import { createGate } from './limits.ts';
import type { Machine, SshOptions } from './ssh-options.ts';

/** Scripts at a time on one connection: more than a few can hang each other, and sshd allows ten. */
const SCRIPTS_PER_CONNECTION = 4;

export interface Pool {
  /** A connection to the machine: the one that is there, or a new one. Give it back with `release`. */
  readonly take: (machine: Machine) => Promise<Taken>;
  /** The next `take` opens a new connection; this one ends with its last user. */
  readonly discard: (connection: Connection) => void;
  /** Ends every connection, used or not. */
  readonly close: () => void;
}

export type Taken =
  | {
      readonly ok: true;
      readonly connection: Connection;
      readonly reused: boolean;
      readonly release: () => void;
    }
  | { readonly ok: false; readonly reason: NoAnswer; readonly detail: string };

interface Entry {
  /** Who and where: a machine that moved in the inventory is another one. */
  readonly id: string;
  readonly opening: Promise<Opened>;
  readonly scripts: ReturnType<typeof createGate>;
  connection?: Connection;
  users: number;
  retired: boolean;
  idle?: NodeJS.Timeout;
}

/** Keeps one connection a host while it is used and some minutes longer. */
export function createPool(options: SshOptions): Pool {
  const entries = new Map<string, Entry>();
  const retired = new Set<Entry>();
  const connects = createGate(options.connectsAtOnce ?? 32);
  let closed = false;

  async function hold(machine: Machine): Promise<{ entry: Entry; opened: Opened; reused: boolean }> {
    const there = entries.get(idOf(machine));
    const entry = there ?? begin(machine);
    entry.users += 1;
    clearTimeout(entry.idle);
    return { entry, opened: await entry.opening, reused: there !== undefined };
  }

  function begin(machine: Machine): Entry {
    const entry: Entry = {
      id: idOf(machine),
      opening: open(machine).then((opened) => keep(entry, opened)),
      scripts: createGate(SCRIPTS_PER_CONNECTION),
      users: 0,
      retired: false,
    };
    entries.set(entry.id, entry);
    return entry;
  }

  function keep(entry: Entry, opened: Opened): Opened {
    if (!opened.ok) {
      retire(entry);
      return opened;
    }
    entry.connection = opened.connection;
    if (closed) opened.connection.end();
    else opened.connection.onLost(() => retire(entry));
    return opened;
  }

  function retire(entry: Entry): void {
    if (entries.get(entry.id) === entry) entries.delete(entry.id);
    entry.retired = true;
    clearTimeout(entry.idle);
    if (entry.users === 0) entry.connection?.end();
    else retired.add(entry);
  }

  function release(entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (entry.retired) {
      retired.delete(entry);
      entry.connection?.end();
      return;
    }
    entry.idle = setTimeout(() => retire(entry), (options.idleMinutes ?? 5) * 60_000);
    entry.idle.unref();
  }

  async function open(machine: Machine): Promise<Opened> {
    if (!machine.jump) return connect(machine);
    const first = await through(machine, machine.jump);
    // The way to the jump host was an old connection that turned out to be dead.
    return first === 'stale' ? stillStale(await through(machine, machine.jump)) : first;
  }

  async function through(machine: Machine, jump: Machine): Promise<Opened | 'stale'> {
    const { entry, opened, reused } = await hold(jump);
    const leave = (): void => release(entry);
    if (!opened.ok) {
      leave();
      return { ...opened, detail: `jump host ${jump.name}: ${opened.detail}` };
    }
    const way = await forward(opened.connection, machine, options.connectSeconds ?? 10);
    if (!way.ok) {
      leave();
      if (reused && opened.connection.lost() !== undefined) return 'stale';
      return { ...way, detail: `from jump host ${jump.name}: ${way.detail}` };
    }
    const result = await connect(machine, way.sock);
    if (result.ok) result.connection.onLost(leave);
    else leave();
    return result;
  }

  async function connect(machine: Machine, sock?: Duplex): Promise<Opened> {
    const leave = await connects.enter();
    try {
      if (closed) return CLOSED;
      return await openConnection(machine, options, sock);
    } finally {
      leave();
    }
  }

  return {
    async take(machine) {
      if (closed) return CLOSED;
      const { entry, opened, reused } = await hold(machine);
      if (!opened.ok) {
        release(entry);
        return opened;
      }
      const leave = await entry.scripts.enter();
      return {
        ok: true,
        connection: opened.connection,
        reused,
        release() {
          leave();
          release(entry);
        },
      };
    },
    discard(connection) {
      for (const entry of entries.values()) if (entry.connection === connection) retire(entry);
    },
    close() {
      closed = true;
      for (const entry of [...entries.values(), ...retired]) {
        clearTimeout(entry.idle);
        entry.connection?.end();
      }
      entries.clear();
      retired.clear();
    },
  };
}

const CLOSED = { ok: false, reason: 'cancelled', detail: 'this process is stopping' } as const;

const idOf = ({ name, address, port, user, jump }: Machine): string =>
  JSON.stringify([name, address, port, user, jump ? idOf(jump) : null]);

const stillStale = (opened: Opened | 'stale'): Opened =>
  opened === 'stale'
    ? { ok: false, reason: 'closed', detail: 'the connection to the jump host was closed' }
    : opened;

type Way =
  | { readonly ok: true; readonly sock: Duplex }
  | { readonly ok: false; readonly reason: NoAnswer; readonly detail: string };

/** A stream to the machine from where the connection ends. */
function forward({ client, onLost }: Connection, { address, port }: Machine, seconds: number): Promise<Way> {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (way: Way): void => {
      settled = true;
      clearTimeout(timer);
      forget();
      resolve(way);
    };
    const no = (reason: NoAnswer, detail: string): void => settle({ ok: false, reason, detail });
    const timer = setTimeout(() => no('unreachable', `no connection within ${seconds} s`), seconds * 1000);
    const forget = onLost((why) => no('closed', why));
    client.forwardOut('127.0.0.1', 0, address, port, (error, sock) => {
      if (error) no(/refused/i.test(error.message) ? 'refused' : 'unreachable', error.message);
      else if (settled) sock.destroy();
      else settle({ ok: true, sock });
    });
  });
}
