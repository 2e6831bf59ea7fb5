import { describe, expect, it } from 'vitest';
import {
  isGrantSigned,
  isIntact,
  isRequestSigned,
  shownOf,
  signGrant,
  signRequest,
} from '../../../src/runs/authority.ts';
import { makeKeyPair, readPublicKeys, readSigningKey } from '../../../src/runs/keys.ts';
import { hashPlan, withHash } from '../../../src/runs/plan.ts';
import type { Plan, Run } from '../../../src/runs/run.ts';
import { aRun } from '../../support/runs.ts';
import { aPlan } from '../slack/fixtures.ts';

const pair = makeKeyPair();
const key = readSigningKey(pair.privatePem);
const keys = readPublicKeys(pair.publicPem);
const run: Run & { readonly plan: Plan } = { ...aRun(), plan: aPlan };
const terms = { risk: aPlan.risk, policy: 'v1', notAfter: '2026-11-29T12:00:00.000Z' };
const approval = signGrant(
  run,
  { by: { id: 'zhao', name: 'Zhao' }, at: '2026-11-29T11:00:00.000Z', hash: aPlan.hash },
  terms,
  key,
);

const granted = approval.grant ?? { ...terms, key: '', value: '' };

/** Every value inside, each once changed to something else. */
function* changed(value: unknown): Iterable<unknown> {
  if (value === null || typeof value !== 'object') {
    yield typeof value === 'string' ? `${value}x` : 'other';
    return;
  }
  for (const name of Object.keys(value)) {
    const own: unknown = Reflect.get(value, name);
    for (const other of changed(own))
      yield Array.isArray(value)
        ? value.map((each: unknown, index) => (String(index) === name ? other : each))
        : { ...value, [name]: other };
  }
  yield Array.isArray(value) ? [...(value as unknown[]), 'more'] : { ...value, more: 1 };
}

describe('the hash of a plan', () => {
  it('covers everything that is performed or promised: any value in it changed is another hash', () => {
    const { looked: _, hash: __, ...covered } = aPlan;
    const all = [...changed(covered)];
    expect(all.length).toBeGreaterThan(40);
    for (const other of all) expect(hashPlan(other as Plan)).not.toBe(aPlan.hash);
  });

  it('is the same after the plan was stored and read back, and whatever was seen on the way', () => {
    const stored = JSON.parse(JSON.stringify(aPlan)) as Plan;
    expect(hashPlan(stored)).toBe(aPlan.hash);
    expect(isIntact({ ...stored, looked: [] })).toBe(true);
    expect(isIntact({ ...stored, risk: 'low' })).toBe(false);
    expect(withHash(stored).hash).toBe(aPlan.hash);
  });

  it('with what was seen and the run stands for what is shown', () => {
    expect(shownOf(run)).not.toBe(shownOf({ ...run, plan: { ...aPlan, looked: [] } }));
    expect(shownOf(run)).not.toBe(shownOf({ ...aRun(), plan: aPlan }));
  });
});

describe('a signature', () => {
  it('holds for the request as it was made, and for no other', () => {
    const request = signRequest(run, '2026-11-29T10:00:00.000Z', key);
    const asked = { ...run, request };
    expect(isRequestSigned(JSON.parse(JSON.stringify(asked)) as Run, keys)).toBe(true);
    for (const name of ['id', 'ask', 'requestedBy', 'origin'] as const)
      for (const other of changed(run[name]))
        expect(isRequestSigned({ ...asked, [name]: other }, keys)).toBe(false);
    for (const name of ['at', 'key', 'value'] as const)
      expect(isRequestSigned({ ...asked, request: { ...request, [name]: 'x' } }, keys)).toBe(false);
    expect(isRequestSigned(run, keys)).toBe(false);
  });

  it('holds for the approval as it was given, and for no other', () => {
    expect(isGrantSigned(run, JSON.parse(JSON.stringify(approval)) as typeof approval, keys)).toBe(true);
    for (const name of ['by', 'at', 'hash'] as const)
      for (const other of changed(approval[name]))
        expect(isGrantSigned(run, { ...approval, [name]: other }, keys)).toBe(false);
    for (const [name, other] of [
      ['risk', 'low'],
      ['policy', 'v2'],
      ['notAfter', '2099-01-01T00:00:00.000Z'],
      ['key', 'x'],
      ['value', ''],
    ] as const)
      expect(isGrantSigned(run, { ...approval, grant: { ...granted, [name]: other } }, keys)).toBe(false);
    expect(isGrantSigned({ ...run, id: aRun().id }, approval, keys)).toBe(false);
    expect(isGrantSigned({ ...run, requestedBy: { id: 'x', name: 'X' } }, approval, keys)).toBe(false);
    const { grant: _, ...unsigned } = approval;
    expect(isGrantSigned(run, unsigned, keys)).toBe(false);
  });

  it('for one purpose never serves another, nor another key', () => {
    const request = signRequest(run, approval.at, key);
    expect(isGrantSigned(run, { ...approval, grant: { ...terms, ...request } }, keys)).toBe(false);
    expect(isRequestSigned({ ...run, request: { ...granted, at: approval.at } }, keys)).toBe(false);
    expect(isGrantSigned(run, approval, readPublicKeys(makeKeyPair().publicPem))).toBe(false);
    expect(isGrantSigned(run, approval, new Map())).toBe(false);
  });
});

describe('keys', () => {
  it('several public ones stand in one file', () => {
    const other = makeKeyPair();
    expect([...readPublicKeys(`# old\n${other.publicPem}\n# new\n${pair.publicPem}`).keys()]).toEqual([
      other.id,
      pair.id,
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a private key', pair.privatePem],
    ['a public key beside a private one', pair.publicPem + pair.privatePem],
    ['half a key', pair.publicPem.slice(0, 60)],
  ])('a file with %s is no file of public keys', (_, text) => {
    expect(() => readPublicKeys(text)).toThrow(/in PEM|cannot be read/);
  });

  it('a public key signs nothing', () => {
    expect(() => readSigningKey(pair.publicPem)).toThrow('private key');
  });
});
