import type { Duplex } from 'node:stream';
import { Client, type ConnectConfig } from 'ssh2';
import type { NoAnswer } from '../kit/targets.ts';
import { algorithmsFor } from './algorithms.ts';
import { keptFile } from './kept-file.ts';
import { type KeyVerdict, type Pins, pinsOf, verifierFor } from './host-keys.ts';
import type { Machine, SshOptions } from './ssh-options.ts';

/** A connection that has logged in. */
export interface Connection {
  readonly client: Client;
  /** Why it is gone; undefined while it lives. */
  readonly lost: () => string | undefined;
  /** Calls back once when it is lost, soon if it already is. Returns how to take that back. */
  readonly onLost: (listener: (why: string) => void) => () => void;
  readonly end: () => void;
}

export type Opened =
  | { readonly ok: true; readonly connection: Connection }
  | { readonly ok: false; readonly reason: NoAnswer; readonly detail: string };

/** Connects, checks the host key, logs in. `sock` is the way through a jump host. */
export async function openConnection(machine: Machine, options: SshOptions, sock?: Duplex): Promise<Opened> {
  let config: ConnectConfig;
  let pins: Pins;
  try {
    config = loginConfig(options.login);
    pins = pinsOf(machine, options.hostKeys);
  } catch (error) {
    sock?.destroy();
    return { ok: false, reason: 'login-refused', detail: `not tried: ${messageOf(error)}` };
  }
  const { everySeconds, missed } = options.keepalive ?? { everySeconds: 5, missed: 3 };
  const seconds = options.connectSeconds ?? 10;
  let verdict: KeyVerdict | undefined;
  return login(
    {
      ...config,
      host: machine.address,
      port: machine.port,
      username: machine.user,
      ...(sock ? { sock } : {}),
      algorithms: algorithmsFor(pins.types),
      hostVerifier: verifierFor(machine, pins, options.hostKeys, (said) => {
        verdict = said;
      }),
      readyTimeout: seconds * 1000,
      keepaliveInterval: everySeconds * 1000,
      keepaliveCountMax: missed,
    },
    seconds,
    () => verdict,
  );
}

const keyIn = keptFile((text) => text);

function loginConfig(login: SshOptions['login']): ConnectConfig {
  switch (login.kind) {
    case 'agent':
      return { agent: login.socket, authHandler: ['agent'] };
    case 'key-file':
    case 'key-text': {
      const privateKey = login.kind === 'key-text' ? login.text : keyIn(login.path);
      const { passphrase } = login;
      return { privateKey, authHandler: ['publickey'], ...(passphrase === undefined ? {} : { passphrase }) };
    }
    default:
      return login satisfies never;
  }
}

function login(
  config: ConnectConfig,
  seconds: number,
  verdict: () => KeyVerdict | undefined,
): Promise<Opened> {
  const client = new Client();
  const listeners = new Set<(why: string) => void>();
  let lost: string | undefined;
  let reached = config.sock !== undefined;
  const lose = (why: string): void => {
    if (lost !== undefined) return;
    lost = why;
    for (const listener of listeners) listener(why);
    listeners.clear();
  };
  const onLost: Connection['onLost'] = (listener) => {
    const why = lost;
    listeners.add(listener);
    if (why !== undefined) queueMicrotask(() => listeners.delete(listener) && listener(why));
    return () => listeners.delete(listener);
  };
  return new Promise((resolve) => {
    const fail = (error: Error & { level?: string }): void => {
      lose(whyLost(error));
      client.destroy();
      resolve({ ok: false, ...whyNotOpened(error, { reached, seconds, verdict: verdict() }) });
    };
    // Stays for ever: an error event without a listener would end the process.
    client.on('error', fail);
    client.on('end', () => lose('the host closed the connection'));
    client.on('close', () => {
      lose('the connection was closed');
      resolve({ ok: false, reason: 'closed', detail: 'the host closed the connection before the login' });
    });
    client.once('connect', () => {
      reached = true;
      client.setNoDelay(true);
    });
    client.once('ready', () =>
      resolve({ ok: true, connection: { client, lost: () => lost, onLost, end: () => client.end() } }),
    );
    try {
      client.connect(config);
    } catch (error) {
      resolve({ ok: false, reason: 'login-refused', detail: `not tried: ${messageOf(error)}` });
    }
  });
}

const whyLost = (error: Error & { level?: string }): string =>
  error.level === 'client-timeout' ? 'no sign of life from the host' : `connection lost: ${error.message}`;

function whyNotOpened(
  error: Error & { level?: string; code?: unknown },
  seen: { reached: boolean; seconds: number; verdict: KeyVerdict | undefined },
): { reason: NoAnswer; detail: string } {
  const { reached, seconds, verdict } = seen;
  if (verdict?.ok === false) return { reason: verdict.reason, detail: verdict.detail };
  if (error.level === 'client-authentication')
    return { reason: 'login-refused', detail: 'the host refuses this user with this key' };
  if (error.level === 'agent') return { reason: 'login-refused', detail: `ssh-agent: ${error.message}` };
  if (error.level === 'client-timeout')
    return reached
      ? { reason: 'timeout', detail: `connected, but no login within ${seconds} s` }
      : { reason: 'unreachable', detail: `no connection within ${seconds} s` };
  if (error.code === 'ECONNREFUSED') return { reason: 'refused', detail: 'connection refused' };
  if (error.code === 'ECONNRESET' || (error.level === 'client-socket' && reached))
    return { reason: 'closed', detail: 'the host closed the connection before the login' };
  return { reason: reached ? 'closed' : 'unreachable', detail: error.message };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unexpected error');
