import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { aboutPlaybook } from './new/about.ts';
import { faultFile } from './new/fault-file.ts';
import { playbookFile } from './new/playbook-file.ts';
import { testFile } from './new/test-file.ts';

const USAGE = `npm run new -- playbook <system>/<name> [row of the manual] [<system>/<check>]

  npm run new -- playbook star/restart-agent
  npm run new -- playbook dds/restart-console DDS-PR01 dds/console-ports

It makes the smallest playbook that works: the steps of the row, each done by a person, and a check that says before
whether they are needed and afterwards whether they have helped; and its test. Then write step by step what Fettle does
itself: docs/definitions.md.`;

/** A check and a command are no files of their own, or seldom are. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  check:
    'A check is an entry in the list "checks" of playbooks/<system>/inspection.ts, not a file of its own: copy its neighbour there. docs/checks.md says what each part is.',
  command:
    'A command is seldom needed: /run and "fettle run" call every playbook by its name. Where something must be chosen first, copy commands/unstick.ts (25 lines) and its test, then: npm run manifest. docs/commands.md says what each part is.',
};

/** Files that were made, and what to do next; or a sentence that says why none was. */
export type Made =
  | { readonly ok: true; readonly files: readonly string[]; readonly says: string }
  | { readonly ok: false; readonly says: string };

/** Makes the files of a new definition in the project at `root`. Never writes over a file. */
export async function makeNew(root: string, words: readonly string[]): Promise<Made> {
  const [kind = '', place = '', ...rest] = words;
  const elsewhere = ELSEWHERE[kind];
  if (elsewhere !== undefined) return { ok: false, says: elsewhere };
  if (kind !== 'playbook') return { ok: false, says: USAGE };
  const about = await aboutPlaybook(root, place, rest);
  if (!about.ok) return about;
  const { playbook } = about;
  const files: readonly (readonly [string, string])[] = [
    [playbook.file, playbookFile(playbook)],
    [playbook.testFile, testFile(playbook)],
    ...(playbook.brokenBy === undefined ? [[playbook.faultFile, faultFile(playbook)] as const] : []),
  ];
  const there = files.map(([file]) => file).find((file) => existsSync(path.join(root, file)));
  if (there !== undefined)
    return { ok: false, says: `${there} is there already. Change it, or choose another name.` };
  for (const [file, text] of files) {
    const whole = path.join(root, file);
    await mkdir(path.dirname(whole), { recursive: true });
    await writeFile(whole, text, { flag: 'wx' });
  }
  const names = files.map(([file]) => file);
  await promisify(execFile)(path.join(root, 'node_modules/.bin/biome'), ['format', '--write', ...names], {
    cwd: root,
  });
  return { ok: true, files: names, says: nextSteps(playbook, names) };
}

function nextSteps(
  { row, answeredBy, others, brokenBy, checkName, testFile: test }: Parameters<typeof playbookFile>[0],
  files: readonly string[],
): string {
  return [
    ...files.map((file) => `made  ${file}`),
    '',
    `It is the remedy of ${row.id}: ${row.title}.${answeredBy.length > 0 ? ` ${answeredBy.join(', ')} answers it already.` : ''}${others.length > 0 ? ` Rows without a playbook yet: ${others.join(', ')}.` : ''}`,
    `Its check is ${checkName}.${brokenBy === undefined ? ' No fault of the practice estate turns it red yet: write the one that was made.' : ` To see it red: npm run lab -- break ${brokenBy}`}`,
    '',
    `Next: npx vitest run ${test}`,
    'One of its tests fails and names what is still to be written. docs/steps.md has an example of every kind of step.',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await makeNew(
    path.dirname(path.dirname(fileURLToPath(import.meta.url))),
    process.argv.slice(2),
  );
  process[made.ok ? 'stdout' : 'stderr'].write(`${made.says}\n`);
  process.exitCode = made.ok ? 0 : 1;
}
