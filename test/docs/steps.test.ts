import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import { playbookProblems } from '../../src/catalog/problems.ts';
import { type Playbook, Step } from '../../src/kit/index.ts';
import { planOf, type Seen } from '../support/plan-of.ts';

const run = promisify(execFile);

/** An example of the page: its file, what is seen, what is typed, and the plan that is promised. */
interface Example {
  readonly file: string;
  readonly code: string;
  readonly seen: Seen;
  readonly typed: string;
  readonly plan: readonly string[];
}

const page = await readFile('docs/steps.md', 'utf8');
const examples = Array.from(
  page.matchAll(/```ts\n\/\/ (playbooks\/\S+\.ts)\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g),
  ([, file = '', code = '', said = '']): Example => {
    const lines = (name: string): readonly string[] =>
      said.split('\n').flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(7)] : []));
    const seen = lines('seen').map((line) => [
      line.split(' ', 1)[0],
      JSON.parse(line.slice(line.indexOf(' '))),
    ]);
    return {
      file,
      code,
      seen: Object.fromEntries(seen),
      typed: lines('typed')[0]?.replace(/^\/run \S+ ?/, '') ?? '',
      plan: lines('plan'),
    };
  },
);

describe('the examples of docs/steps.md', { timeout: 60_000 }, () => {
  let root: string;
  beforeAll(async () => {
    await mkdir('.fettle', { recursive: true });
    // As deep as the project itself, so that what they import is there.
    root = await mkdtemp(path.resolve('.fettle/docs-'));
    for (const { file, code } of examples) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), code.replaceAll('../../src/', '../../../../src/'));
    }
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('are one or more for every kind of step', () => {
    const { anyOf = [], oneOf = anyOf } = z.toJSONSchema(Step, { unrepresentable: 'any' });
    const Kind = z.object({ properties: z.object({ kind: z.object({ const: z.string() }) }) });
    const named = oneOf.map((option) => Kind.parse(option).properties.kind.const);
    expect(named).toContain('shell');
    expect(named.filter((kind) => !examples.some(({ code }) => code.includes(`kind: '${kind}'`)))).toEqual(
      [],
    );
  });

  it('compile, and are written as the project is', async () => {
    const config = {
      extends: path.resolve('tsconfig.json'),
      compilerOptions: { noEmit: true, rootDir: path.resolve('.') },
      include: [path.join(root, 'playbooks')],
      exclude: [],
    };
    await writeFile(path.join(root, 'tsconfig.json'), JSON.stringify(config));
    const said = await run(path.resolve('node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], {
      cwd: root,
    }).then(
      () => '',
      (error: unknown) => String((error as { readonly stdout: unknown }).stdout),
    );
    expect(said).toBe('');
    for (const { file, code } of examples) expect(await formatted(file, code)).toBe(code);
  });

  it.each(examples)('of $file makes the plan that stands below it', async ({ file, seen, typed, plan }) => {
    const module: { readonly default: Playbook } = await import(pathToFileURL(path.join(root, file)).href);
    const playbook = module.default;
    expect(`playbooks/${playbook.system.toLowerCase()}/${playbook.name}.ts`).toBe(file);
    const { inspections } = await loadCatalog('.');
    expect(playbookProblems(playbook, [...inspections.values()])).toEqual([]);
    const planned = await planOf(playbook, typed, seen);
    if (!planned.ok) throw new Error(planned.says.en);
    expect(plan.length).toBeGreaterThan(0);
    expect(planned.lines.map((line, at) => cutAs(line, plan[at]))).toEqual(plan);
  });
});

/** The line as far as the page shows it: `…` at its end stands for the rest. */
function cutAs(line: string, shown = ''): string {
  if (!shown.endsWith('…')) return line;
  const from = shown.slice(0, -1);
  return line.startsWith(from) ? shown : line;
}

/** As biome writes a file of this name. */
async function formatted(file: string, code: string): Promise<string> {
  const asked = run(path.resolve('node_modules/.bin/biome'), ['format', `--stdin-file-path=${file}`]);
  asked.child.stdin?.end(code);
  return (await asked).stdout;
}
