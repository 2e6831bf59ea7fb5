import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { keptFile } from './kept-file.ts';
import type { HostKeyOptions, Machine } from './ssh-options.ts';

/** What is known about the key of one machine before it is asked. */
export interface Pins {
  /** `SHA256:…`, without those revoked. */
  readonly fingerprints: readonly string[];
  readonly revoked: readonly string[];
  /** Key types of the file's pins, so that the machine is asked for a key that is pinned. */
  readonly types: readonly string[];
}

export type KeyVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: 'host-key-changed' | 'host-key-unknown';
      readonly detail: string;
    };

/** Reads the pins of a machine. Throws when the known_hosts file exists but cannot be read. */
export function pinsOf(machine: Machine, options: HostKeyOptions): Pins {
  const entries =
    options.knownHosts === undefined ? [] : entriesFor(machine, readKnownHosts(options.knownHosts));
  const revoked = entries.filter((entry) => entry.revoked).map((entry) => fingerprintOf(entry.key));
  const known = entries.filter((entry) => !entry.revoked);
  const fingerprints = [
    ...(options.fingerprints?.[machine.name] ?? []).map((text) => text.replace(/={1,2}$/, '')),
    ...known.map((entry) => fingerprintOf(entry.key)),
  ].filter((pin) => !revoked.includes(pin));
  return { fingerprints, revoked, types: known.map((entry) => entry.type) };
}

/** Whether a machine that shows this key (`SHA256:…`) is the one that was pinned. */
export function judgeKey(shown: string, pins: Pins): KeyVerdict {
  if (pins.revoked.some((key) => same(key, shown)))
    return { ok: false, reason: 'host-key-changed', detail: `the host shows a revoked key, ${shown}` };
  if (pins.fingerprints.some((key) => same(key, shown))) return { ok: true };
  if (pins.fingerprints.length === 0)
    return { ok: false, reason: 'host-key-unknown', detail: `no key is pinned; the host shows ${shown}` };
  return {
    ok: false,
    reason: 'host-key-changed',
    detail: `the host shows ${shown}; pinned is ${pins.fingerprints.join(', ')}`,
  };
}

/** A verifier for ssh2: synchronous, answers only with true or false, and false for anything unexpected. `onVerdict` hears why not. */
export function verifierFor(
  machine: Machine,
  pins: Pins,
  options: HostKeyOptions,
  onVerdict: (verdict: KeyVerdict) => void,
): (key: Buffer, answer: (ok: boolean) => void) => void {
  const accepted = new Set<string>();
  return (key, answer) => {
    let ok = false;
    try {
      const shown = fingerprintOf(key);
      let verdict = accepted.has(shown) ? { ok: true as const } : judgeKey(shown, pins);
      if (
        !verdict.ok &&
        verdict.reason === 'host-key-unknown' &&
        pins.revoked.length === 0 &&
        mayAccept(options)
      ) {
        appendKnownHost(options.knownHosts, machine, key);
        accepted.add(shown);
        verdict = { ok: true };
      }
      onVerdict(verdict);
      ok = verdict.ok;
    } catch (error) {
      ok = false;
      onVerdict({
        ok: false,
        reason: 'host-key-unknown',
        detail: `the key could not be checked: ${error instanceof Error ? error.message : 'unreadable'}`,
      });
    }
    answer(ok === true);
  };
}

const mayAccept = (
  options: HostKeyOptions,
): options is HostKeyOptions & { readonly knownHosts: string; readonly acceptNew: true } =>
  options.acceptNew === true && options.knownHosts !== undefined;

/** `SHA256:…` of a public key blob, as OpenSSH prints it. */
export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256')
    .update(key)
    .digest('base64')
    .replace(/={1,2}$/, '')}`;

interface KnownHost {
  readonly revoked: boolean;
  readonly names: string;
  readonly type: string;
  readonly key: Buffer;
}

/** Certificate authorities, comments and lines that make no sense are left out: they pin nothing. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [names, type, encoded] = words;
    if (names === undefined || names.startsWith('#') || type === undefined || encoded === undefined)
      return [];
    if (marker !== undefined && marker !== '@revoked') return [];
    const key = Buffer.from(encoded, 'base64');
    return key.length < 20 ? [] : [{ revoked: marker === '@revoked', names, type, key }];
  });
}

/** A whole file, so that one machine is found without looking at the lines of all others. */
interface KnownHosts {
  readonly byName: ReadonlyMap<string, readonly KnownHost[]>;
  /** Names are hidden: each line has to be tried. */
  readonly hashed: readonly KnownHost[];
}

function indexKnownHosts(text: string): KnownHosts {
  const byName = new Map<string, KnownHost[]>();
  const hashed: KnownHost[] = [];
  for (const entry of parseKnownHosts(text)) {
    if (entry.names.startsWith('|1|')) hashed.push(entry);
    else
      for (const name of new Set(entry.names.split(',')))
        byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  return { byName, hashed };
}

function entriesFor(machine: Machine, { byName, hashed }: KnownHosts): readonly KnownHost[] {
  const name = nameInFile(machine);
  const candidates = new Set([...(byName.get(name) ?? []), ...(byName.get('*') ?? []), ...hashed]);
  return [...candidates].filter(({ names, revoked }) => matches(names, name, revoked));
}

/** As the machine is called in a known_hosts file. */
export const nameInFile = ({ address, port }: Machine): string =>
  port === 22 ? address : `[${address}]:${port}`;

/** Patterns pin nothing: one key for many machines is not a pin. A revoked key is revoked for every machine of the pattern `*`. */
function matches(names: string, name: string, revoked: boolean): boolean {
  if (names.startsWith('|1|')) return matchesHash(names, name);
  const list = names.split(',');
  return (list.includes(name) || (revoked && list.includes('*'))) && !list.includes(`!${name}`);
}

function matchesHash(hashed: string, name: string): boolean {
  const [, , salt, hash] = hashed.split('|');
  if (salt === undefined || hash === undefined) return false;
  return same(createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64'), hash);
}

const knownHostsIn = keptFile(indexKnownHosts);

function readKnownHosts(path: string): KnownHosts {
  try {
    return knownHostsIn(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return indexKnownHosts('');
    throw error;
  }
}

function appendKnownHost(path: string, machine: Machine, key: Buffer): void {
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString('ascii');
  // The empty line in front guards against a file whose last line was not ended.
  appendFileSync(path, `\n${nameInFile(machine)} ${type} ${key.toString('base64')}\n`, { mode: 0o600 });
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
