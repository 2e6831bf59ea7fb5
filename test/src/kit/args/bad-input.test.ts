import { describe, expect, it } from 'vitest';
import { callForm, readCall, type Words } from '../../../../src/kit/index.ts';
import { randomFrom } from '../../../faults/random.ts';
import { callable, estate, EVERY_WORD } from '../../../support/argument-words.ts';
import { fewestMilliseconds } from '../../../support/hostile.ts';
import { hostileText } from '../../../support/generated.ts';

const SEEDS = Array.from({ length: 15 }, (_, seed) => seed + 1);

/** Sentences of zod and of JavaScript, which no person is shown. */
const OF_THE_MACHINE = /invalid|expected|received|undefined|NaN|\[object|too (?:small|big)|zod/iu;

function expectAnswer({ en, zh }: Words): void {
  // What is repeated of the person's own words may say anything.
  const own = (text: string): string => text.replace(/["“](?:[^"”]|"(?=[^ .,;]))*["”]/gu, '');
  expect(own(en)).not.toMatch(OF_THE_MACHINE);
  expect(en).toMatch(/[.?]$/u);
  expect(zh).toMatch(/\p{Script=Han}/u);
  expect(zh).toMatch(/[。？]$/u);
  expect(en.length).toBeLessThan(700);
}

describe.each(Object.entries(EVERY_WORD))('bad input for an argument: %s', (_, given) => {
  const playbook = callable(given);
  const form = callForm(playbook);
  const fields = new Set(form.fields.map(({ id }) => id));

  it.each(SEEDS)('is answered in both languages, whatever was typed (seed %i)', (seed) => {
    const typed = hostileText(randomFrom(seed), seed % 4 === 0 ? 2000 : 120);
    const read = readCall(playbook, typed, estate);
    for (const { says } of read.ok ? [] : read.problems) expectAnswer(says);
    expect(read.given).toBeDefined();
  });

  it.each(SEEDS)('is answered at its field, whatever was filled in (seed %i)', (seed) => {
    const random = randomFrom(seed);
    const values = Object.fromEntries(
      form.fields.map(({ id }) => [
        id,
        Array.from({ length: random.between(0, 3) }, () => hostileText(random, 400)),
      ]),
    );
    const read = form.read(values, estate);
    if (read.ok) return;
    for (const { says } of read.problems) expectAnswer(says);
    for (const { field } of read.problems) expect(fields).toContain(field);
  });

  it('takes 2000 characters of anything in less than 50 ms', () => {
    for (const shape of ['"', '“', 'a=', 'ledger-1 ', '\u3000', 'all,', "'x' ", '\\"', '，', 'host=“']) {
      const typed = shape.repeat(Math.ceil(2000 / shape.length)).slice(0, 2000);
      const took = fewestMilliseconds(() => readCall(playbook, typed, estate), 50);
      expect({ shape, isQuick: took < 50 }).toEqual({ shape, isQuick: true });
    }
  });
});

describe('what was typed', () => {
  const read = (typed: string, of = 'hosts, or the red ones') => {
    const given = EVERY_WORD[of];
    if (!given) throw new Error(of);
    return readCall(callable(given), typed, estate);
  };
  const problem = (typed: string, of?: string) => {
    const seen = read(typed, of);
    return seen.ok ? undefined : seen.problems[0].says;
  };

  it('is kept for the form when a part of it is wrong', () => {
    expect(read('msgbroker msgbroker-9 reason="disk full"')).toMatchObject({
      ok: false,
      given: { app: ['msgbroker'], hosts: ['msgbroker-9'], reason: ['disk full'] },
    });
    expect(read('msgbrokr msgbroker-1')).toMatchObject({
      given: { app: ['msgbrokr'], hosts: ['msgbroker-1'] },
    });
  });

  it('is counted in characters, so that an emoji is one', () => {
    const about = (count: number) => read('🔴'.repeat(count), 'text');
    expect(about(900)).toMatchObject({ ok: true });
    const seen = about(1001);
    expect(seen).toMatchObject({ ok: false });
    expect(seen.ok ? '' : seen.problems[0].says.en).toBe(
      'About: write at most 1000 characters; this has 1001.',
    );
  });

  it('is answered with what is near', () => {
    expect(problem('msgbrokr')).toMatchObject({
      en: expect.stringContaining('Did you mean msgbroker'),
      zh: expect.stringContaining('msgbroker'),
    });
    expect(problem('msgbroker msgbroker-22')).toMatchObject({
      en: expect.stringContaining('Did you mean msgbroker-2'),
    });
    expect(problem('site-c', 'site')).toMatchObject({
      en: 'Unknown site "site-c". Did you mean site-a or site-b?',
    });
    expect(problem('site-a minuts=5', 'site')).toMatchObject({
      en: 'Unknown argument "minuts". Did you mean minutes?',
    });
    expect(problem('stpo', 'choice')).toMatchObject({ en: expect.stringContaining('Did you mean stop') });
    expect(problem('xyz=1 ledger-1', 'host')).toMatchObject({
      en: 'Unknown argument "xyz". There is host, ticket, reason.',
    });
  });

  it('says of a host of another app whose hosts are meant', () => {
    expect(problem('msgbroker-1', 'host')).toEqual({
      en: 'msgbroker-1 is not a host of staragent. Its hosts: ledger-1, ledger-2.',
      zh: 'msgbroker-1 不是 staragent 的主机。可选主机：ledger-1、ledger-2。',
    });
  });

  it('asks for what is missing, for one thing once, and for the end of a quotation', () => {
    expect(problem('', 'host')).toMatchObject({ en: 'Give a host.', zh: '请指定主机。' });
    expect(problem('ledger-1 host=ledger-2', 'host')).toBeDefined();
    expect(problem('host=ledger-1 host=ledger-2', 'host')).toMatchObject({
      en: 'host is given twice. Give it once.',
    });
    expect(problem('ledger-1 reason="disk', 'host')).toMatchObject({
      en: expect.stringContaining('has no end'),
    });
    expect(problem('msgbroker all msgbroker-1')).toMatchObject({
      en: expect.stringContaining('only one of these'),
    });
    expect(problem('site-a minutes=900', 'site')).toMatchObject({
      en: 'Minutes must be a whole number from 1 to 240; "900" is not.',
      zh: '分钟须为1 到 240之间的整数，“900”不符合。',
    });
  });
});
