import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import { asTyped, verbsOf } from '../../../src/cli/catalog-verbs.ts';
import { perform } from '../../../src/cli/program.ts';
import type { Given, Verb } from '../../../src/cli/verb.ts';
import { OWN_VERBS, ROLE_VERBS } from '../../../src/cli/verbs.ts';
import { tokensOf } from '../../../src/kit/index.ts';

const catalog = await loadCatalog(path.resolve('.'));
const verbs = [...ROLE_VERBS, ...verbsOf(catalog), ...OWN_VERBS];

/** What a verb was called with. */
interface Called {
  readonly name: string;
  readonly words: readonly string[];
  readonly given: Given;
}

/** The same verbs, which only remember. */
async function typed(...argv: readonly string[]): Promise<{
  readonly code: number;
  readonly called: readonly Called[];
  readonly out: string;
  readonly error: string;
}> {
  const called: Called[] = [];
  const said = { out: '', error: '' };
  const remembering = verbs.map(
    (verb): Verb => ({
      ...verb,
      run: async (words, given) => {
        called.push({ name: verb.name, words, given });
        return 0;
      },
    }),
  );
  const code = await perform(remembering, argv, {
    out: (text) => void (said.out += text),
    error: (text) => void (said.error += text),
  });
  return { code, called, ...said };
}

describe('the command line', () => {
  it('has a verb for every command of the catalog, and for what these do under a name of its own', () => {
    const names = verbs.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['inspect', 'history', 'unstick', 'run', 'playbook', 'schedule']),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it.each<[string[], string, string[], Partial<Given>]>([
    [['inspect', 'mq', '--json', '--in', '/x'], 'inspect', ['mq'], { json: true, in: '/x' }],
    [['--in', '/x', 'inspect', 'mq'], 'inspect', ['mq'], { in: '/x' }],
    [['unstick', 'r1_1', '--dry-run'], 'unstick', ['r1_1'], { dryRun: true }],
    [['inspect', 'mq', '--dry-run'], 'inspect', ['mq'], { dryRun: true }],
    [
      ['run', 'stuck-flow', 'r1_1', 'reason=a b', '--dry-run'],
      'run',
      ['stuck-flow', 'r1_1', 'reason=a b'],
      { dryRun: true },
    ],
    [
      ['history', '消息队列', '负载', '24h', '--png', 'x.png'],
      'history',
      ['消息队列', '负载', '24h'],
      { png: 'x.png' },
    ],
    [['schedule', 'add', 'x', 'daily 07:30', 'all'], 'schedule', ['add', 'x', 'daily 07:30', 'all'], {}],
    [['confirm', 'r', '--plan', 'abc'], 'confirm', ['r'], { plan: 'abc' }],
    [['audit', 'verify', '--heads', 'a', '--heads', 'b'], 'audit verify', [], { heads: ['a', 'b'] }],
    [['migrate', '--check'], 'migrate', [], { check: true }],
    [['coverage'], 'coverage', [], { json: false, in: '.' }],
    [['changer', '--child', '--in', '/x'], 'changer', [], { child: true, in: '/x' }],
  ])('reads %j', async (argv, name, words, given) => {
    expect(await typed(...argv)).toMatchObject({ code: 0, called: [{ name, words, given }] });
  });

  it.each([
    [['inspect', '--fast'], "unknown option '--fast'"],
    [['inspekt', 'mq'], 'Did you mean fettle inspect?'],
    [['audit', 'verify', 'at-once'], 'too many arguments'],
    [['audit'], 'fettle audit verify'],
    [['keys', 'burn'], 'keys'],
    [['coverage', 'mq', 'reg'], 'too many arguments'],
    [['doctor', '--png'], "unknown option '--png'"],
  ])('does not understand %j, says so on standard error, and does nothing', async (argv, says) => {
    const said = await typed(...argv);
    expect(said).toMatchObject({ code: 2, called: [], out: '' });
    expect(said.error).toContain(says);
  });

  it.each(['--help', '-h', 'help'])('shows every verb for %s', async (word) => {
    const said = await typed(word);
    expect(said).toMatchObject({ code: 0, error: '' });
    for (const { name } of verbs) expect(said.out).toContain(`fettle ${name.split(' ')[0]}`);
  });

  it.each(verbs.map(({ name }) => name))('explains %s with its options', async (name) => {
    const said = await typed(...name.split(' '), '--help');
    expect(said).toMatchObject({ code: 0, error: '', called: [] });
    expect(said.out).toContain(`Usage: fettle ${name}`);
  });

  it('puts back the quotation marks that the shell took away', () => {
    expect(asTyped(['mq disk'])).toBe('mq disk');
    expect(asTyped(['add', 'x', 'daily 07:30', 'all'])).toBe('add x "daily 07:30" all');
    const words = ['close-has-iam', 'reason=IAM "down" since 09:12', 'a\\b c'];
    expect(
      tokensOf(asTyped(words)).map(({ name, text }) => (name === undefined ? text : `${name}=${text}`)),
    ).toEqual(words);
    expect(asTyped(['reason=two words'])).toBe('reason="two words"');
  });
});
