import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprintOf, judgeKey, pinsOf, verifierFor } from '../../../src/targets/host-keys.ts';
import type { HostKeyOptions, Machine } from '../../../src/targets/ssh-options.ts';

const keyOf = (type: string, fill: number): Buffer => {
  const name = Buffer.alloc(4 + type.length);
  name.writeUInt32BE(type.length);
  name.write(type, 4);
  return Buffer.concat([name, Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, fill)]);
};
const a = keyOf('ssh-ed25519', 1);
const b = keyOf('ssh-ed25519', 2);
const line = (names: string, key: Buffer, marker = ''): string =>
  `${marker}${names} ssh-ed25519 ${key.toString('base64')} comment\n`;

const machine: Machine = { name: 'mq-1', address: '10.0.0.7', port: 2022, user: 'ops' };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const at = path.join(folder, `hosts-${Math.random()}`);
  await writeFile(at, text);
  return at;
}

/** What the verifier says, and every value it called back. */
function verify(key: Buffer, options: HostKeyOptions, of = machine): { answers: unknown[]; reason: string } {
  const answers: unknown[] = [];
  let reason = 'ok';
  const verifier = verifierFor(of, pinsOf(of, options), options, (verdict) => {
    reason = verdict.ok ? 'ok' : verdict.reason;
  });
  expect(verifier(key, (ok) => answers.push(ok))).toBeUndefined();
  return { answers, reason };
}

describe('a host key', () => {
  it.each([
    ['its address and port', '[10.0.0.7]:2022'],
    ['one name of several', 'mq-1.bank.example,[10.0.0.7]:2022'],
  ])('is known by %s', async (_, names) => {
    const options = { knownHosts: await file(line(names, a)) };
    expect(verify(a, options)).toEqual({ answers: [true], reason: 'ok' });
    expect(verify(b, options)).toEqual({ answers: [false], reason: 'host-key-changed' });
  });

  it('on the usual port is known by the address alone, and only there', async () => {
    const options = { knownHosts: await file(line('10.0.0.7', a)) };
    expect(verify(a, options, { ...machine, port: 22 }).answers).toEqual([true]);
    expect(verify(a, options)).toEqual({ answers: [false], reason: 'host-key-unknown' });
  });

  it('is known by a hashed name', async () => {
    const salt = Buffer.alloc(20, 7);
    const hash = createHmac('sha1', salt).update('[10.0.0.7]:2022').digest('base64');
    const options = { knownHosts: await file(line(`|1|${salt.toString('base64')}|${hash}`, a)) };
    expect(verify(a, options).answers).toEqual([true]);
    expect(verify(a, options, { ...machine, address: '10.0.0.8' }).reason).toBe('host-key-unknown');
  });

  it.each([
    ['a pattern', '*,[10.0.0.*]:2022,[10.0.0.?]:2022'],
    ['another port', '[10.0.0.7]:2023'],
    ['a name that is taken back', '[10.0.0.7]:2022,![10.0.0.7]:2022'],
    ['a damaged hash', '|1|nothing'],
  ])('is not known by %s', async (_, names) => {
    expect(verify(a, { knownHosts: await file(line(names, a)) })).toEqual({
      answers: [false],
      reason: 'host-key-unknown',
    });
  });

  it('is not known by a certificate authority, a comment or a broken line', async () => {
    const text = `# ${line('[10.0.0.7]:2022', a)}@cert-authority ${line('[10.0.0.7]:2022', a)}[10.0.0.7]:2022 ssh-ed25519\n\n[10.0.0.7]:2022 ssh-ed25519 AAAA\n`;
    expect(verify(a, { knownHosts: await file(text) }).reason).toBe('host-key-unknown');
  });

  it.each(['[10.0.0.7]:2022', '*'])(
    'that is revoked for %s is refused whatever else pins it',
    async (names) => {
      const knownHosts = await file(line('[10.0.0.7]:2022', a) + line(names, a, '@revoked '));
      const options = { knownHosts, fingerprints: { 'mq-1': [fingerprintOf(a)] }, acceptNew: true };
      expect(verify(a, options)).toEqual({ answers: [false], reason: 'host-key-changed' });
      expect(verify(b, options).answers).toEqual([false]);
      expect(await readFile(knownHosts, 'utf8')).not.toContain(b.toString('base64'));
    },
  );

  it('is known by its fingerprint, with or without padding, and by that of no other host', () => {
    for (const pin of [fingerprintOf(a), `${fingerprintOf(a)}=`])
      expect(verify(a, { fingerprints: { 'mq-1': [pin] } }).answers).toEqual([true]);
    expect(verify(a, { fingerprints: { 'mq-2': [fingerprintOf(a)] } }).reason).toBe('host-key-unknown');
    expect(verify(a, { fingerprints: { 'mq-1': [''] } }).answers).toEqual([false]);
  });

  it('that is new is written down on a line of its own, once, and only where that is allowed', async () => {
    const knownHosts = await file('other ssh-ed25519 AAAA without an end of line');
    expect(verify(a, { knownHosts }).answers).toEqual([false]);
    expect(verify(a, { knownHosts, acceptNew: true })).toEqual({ answers: [true], reason: 'ok' });
    expect(verify(a, { knownHosts }).answers).toEqual([true]);
    expect(verify(b, { knownHosts, acceptNew: true })).toEqual({
      answers: [false],
      reason: 'host-key-changed',
    });
    expect(verify(a, { acceptNew: true }).answers).toEqual([false]);
  });

  it('that cannot be written down is refused', () => {
    const options = { knownHosts: path.join(folder, 'no', 'such', 'folder'), acceptNew: true };
    expect(verify(a, options).answers).toEqual([false]);
  });

  it('makes a machine ask for the types that are pinned', async () => {
    const knownHosts = await file(`[10.0.0.7]:2022 ssh-rsa ${keyOf('ssh-rsa', 3).toString('base64')}\n`);
    expect(pinsOf(machine, { knownHosts }).types).toEqual(['ssh-rsa']);
  });

  it('names both keys when it is another one', () => {
    const verdict = judgeKey(fingerprintOf(b), { fingerprints: [fingerprintOf(a)], revoked: [], types: [] });
    expect(verdict).toEqual({
      ok: false,
      reason: 'host-key-changed',
      detail: `the host shows ${fingerprintOf(b)}; pinned is ${fingerprintOf(a)}`,
    });
  });
});
