import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import { policyVerb } from '../../../src/cli/policy.ts';
import { definitionsOf } from '../../../src/main.ts';

let folder = '';
let definitions: Parameters<typeof policyVerb>[3];

beforeAll(async () => {
  const catalog = await loadCatalog(process.cwd());
  definitions = { ...definitionsOf(catalog), playbooks: catalog.playbooks };
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-policy-'));
  await writeFile(path.join(folder, 'policy.yaml'), await readFile('policy.example.yaml', 'utf8'));
  await writeFile(path.join(folder, 'inventory.yaml'), await readFile('inventory.example.yaml', 'utf8'));
});

const run = (...words: readonly string[]) => policyVerb(words, folder, {}, definitions);
const cases = async (text: string): Promise<string> => {
  const file = path.join(folder, 'cases.yaml');
  await writeFile(file, text);
  return file;
};

describe('fettle policy test', () => {
  it('finds the shipped policy to answer the shipped cases', async () => {
    const said = await run('test', 'policy.cases.example.yaml');
    expect(said?.text).toContain('0 answered otherwise than expected');
    expect(said?.code).toBe(0);
  });

  it('exits with 1 for a case that differs, with the rule and the words', async () => {
    const file = await cases(`
- { who: chen, does: change, what: risky, where: DEPS, expect: ask }
- { who: chen, does: look, where: DEPS, expect: run, rule: allow.5 }
- { who: chen, does: look, where: DEPS, expect: run }
`);
    const said = await run('test', file);
    expect(said?.code).toBe(1);
    expect(said?.text).toContain('WRONG case 1: chen change risky\n      expected ask, policy says no');
    expect(said?.text).toContain('No rule lets you change DEPS');
    expect(said?.text).toContain('expected the rule allow.5, it is allow.0');
    expect(said?.text).toContain('3 cases, 2 answered otherwise than expected');
  });

  it.each([
    [
      'a name of nobody',
      '- { who: lni, does: look, where: MQ, expect: run }',
      'lni is nobody of policy.yaml',
    ],
    ['a place that there is not', '- { who: lin, does: look, where: MQQ, expect: run }', 'MQQ is no system'],
    [
      'a change of nothing',
      '- { who: lin, does: change, what: fixx, where: MQ, expect: run }',
      'fixx is no playbook',
    ],
    [
      'a time that there is not',
      '- { who: lin, does: look, where: MQ, at: soon, expect: run }',
      'soon is no time',
    ],
    ['no place at all', '- { who: lin, does: look, expect: run }', 'say where'],
    [
      'a key that is unknown',
      '- { who: lin, dose: look, where: MQ, expect: run }',
      '0.dose: is not known here',
    ],
    [
      'a verdict that there is not',
      '- { who: lin, does: look, where: MQ, expect: yes }',
      'write run, ask or no',
    ],
    ['no cases', '[]', 'write at least one case'],
  ])('has a sentence for %s, and does not pass', async (_, text, says) => {
    const said = await run('test', await cases(text));
    expect(said?.text).toContain(says);
    expect(said?.code).toBe(1);
  });
});

describe('fettle policy explain', () => {
  it('says the verdict, the rule and the sentence in both languages', async () => {
    const said = await run('explain', 'lin', 'change', 'release-locks', 'at=2026-11-30 10:30');
    expect(said).toMatchObject({ code: 0 });
    expect(said?.text).toContain('no · morning-peak · opens 2026-11-30T03:30:00.000Z');
    expect(said?.text).toContain('Peak hours morning-peak (Mon-Fri 09:30-11:30, Asia/Shanghai).');
    expect(said?.text).toContain('业务高峰');
    const ask = await run('explain', 'lin', 'change', 'release-locks', 'at=2026-11-30 14:00');
    expect(ask?.text).toContain('ask · confirm.dangerous');
    expect(ask?.text).toContain('the name of what is changed must be typed');
  });

  it('is not understood with words that mean nothing', async () => {
    expect((await run('explain', 'lin', 'dance', 'MQ'))?.code).toBe(2);
    expect((await run('explain', 'lin', 'look', 'MQQ'))?.code).toBe(2);
    expect((await run('explain'))?.code).toBe(2);
    expect(await run('forget')).toBeUndefined();
    expect(await run('test')).toBeUndefined();
  });
});
