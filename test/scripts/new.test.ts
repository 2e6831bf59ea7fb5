import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeNew } from '../../scripts/new.ts';

const run = promisify(execFile);
const LONG = { timeout: 180_000 };

/** What a new playbook is made from and judged by; what is only run, like the page of the workspace, stays away. */
const COPIED = [
  'src',
  'commands',
  'playbooks',
  'manuals',
  'scripts',
  'lab/estate',
  'test/support',
  'test/projects.ts',
  'package.json',
  'tsconfig.json',
  'biome.json',
  '.oxlintrc.json',
  '.gitignore',
  'vitest.config.ts',
];

describe('npm run new', () => {
  let copy: string;
  beforeAll(async () => {
    copy = await mkdtemp(path.join(os.tmpdir(), 'fettle-new-'));
    for (const each of COPIED) await cp(each, path.join(copy, each), { recursive: true });
    await symlink(path.resolve('node_modules'), path.join(copy, 'node_modules'));
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  const tool = (name: string, ...words: readonly string[]): Promise<string> =>
    run(path.join(copy, 'node_modules/.bin', name), words, { cwd: copy }).then(
      ({ stdout }) => stdout,
      (error: unknown) => {
        const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
        throw new Error(`${name}: ${stdout}\n${stderr}`);
      },
    );
  const made = async (typed: string): Promise<readonly string[]> => {
    const result = await makeNew(copy, typed.split(' '));
    if (!result.ok) throw new Error(result.says);
    return result.files;
  };

  it(
    'makes playbooks that compile and plan, with tests that name what is still to be written',
    LONG,
    async () => {
      const withFault = await made('playbook dtx/clear-log DTX-F02 dtx/server-dtx-dal-log');
      expect(withFault).toEqual([
        'playbooks/dtx/clear-log.ts',
        'test/playbooks/dtx/clear-log.test.ts',
        'lab/estate/faults/dtx-clear-log.ts',
      ]);
      const onApp = await made('playbook star/enable-channel STAR-PR01 star/console-page');
      // As it is typed, in the project that has the new fault.
      const said = await tool('tsx', 'scripts/new.ts', 'playbook', 'star/restart-agent');
      const onHost = Array.from(said.matchAll(/^made {2}(.+)$/gm), ([, file = '']) => file);
      expect(onHost).toEqual([
        'playbooks/star/restart-agent.ts',
        'test/playbooks/star/restart-agent.test.ts',
      ]);
      const files = [...withFault, ...onHost, ...onApp];

      const config = { extends: './tsconfig.json', compilerOptions: { noEmit: true }, include: files };
      await writeFile(path.join(copy, 'tsconfig.new.json'), JSON.stringify(config));
      await tool('tsc', '-p', 'tsconfig.new.json');
      await tool('oxlint', '--deny-warnings', ...files);
      await tool('biome', 'format', ...files);

      const tests = files.filter((file) => file.startsWith('test/'));
      const report = await run(
        path.join(copy, 'node_modules/.bin/vitest'),
        ['run', '--project', 'pure', '--reporter=json', '--no-isolate', '--no-file-parallelism', ...tests],
        { cwd: copy },
      ).catch((error: unknown) => error as { readonly stdout: string });
      const { testResults } = Report.parse(JSON.parse(report.stdout.slice(report.stdout.indexOf('{'))));
      expect(testResults).toHaveLength(3);
      for (const { assertionResults } of testResults) {
        const failed = assertionResults.filter(({ status }) => status !== 'passed');
        expect(assertionResults).toHaveLength(5);
        expect(failed.map(({ title }) => title)).toEqual([
          'has all its texts in both languages: write those that are named here',
        ]);
        expect(failed[0]?.failureMessages.join()).toContain('待写：');
      }
      expect(await readFile(path.join(copy, 'playbooks/star/restart-agent.ts'), 'utf8')).toContain(
        "cites: ['STAR-PR02.1']",
      );
      await expect(made('playbook star/restart-agent')).rejects.toThrow(
        'star/restart-agent.ts is there already',
      );
    },
  );

  it.each([
    ['nothing', '', 'npm run new -- playbook <system>/<name>'],
    ['a check', 'check star/agent', 'an entry in the list "checks" of playbooks/<system>/inspection.ts'],
    ['a command', 'command restart', 'copy commands/unstick.ts'],
    ['no system', 'playbook restart-agent', 'like star/restart-agent, not "restart-agent"'],
    ['a system that is none', 'playbook sta/x', 'Did you mean star?'],
    ['a name that is none', 'playbook star/Restart_agent', 'small letters, digits and hyphens'],
    [
      'a name that is taken',
      'playbook reg/restart-staragent',
      'playbooks/star/restart-staragent.ts is there already',
    ],
    ['a row that is none', 'playbook star/x STAR-F99', 'It has: STAR-F01'],
    [
      'a row that says nothing of what to do',
      'playbook star/x STAR-C01',
      'has no row STAR-C01 that says what to do',
    ],
    ['a system without such rows', 'playbook appm/x', 'nothing to write a playbook for'],
    ['a system without checks', 'playbook yun/x', 'Name the check of another system as the last word'],
    ['a check that is none', 'playbook star/x star/agent', 'one of: starserver-ports'],
    [
      'a check of a person',
      'playbook star/x star/gateways',
      'has no check "gateways" that Fettle makes itself',
    ],
  ])('says what to type instead of %s', async (_, typed, says) => {
    const refused = await makeNew(process.cwd(), typed === '' ? [] : typed.split(' '));
    expect(refused).toMatchObject({ ok: false, says: expect.stringContaining(says) });
  });

  it('takes the check of another system where its own has none', async () => {
    const refused = await makeNew(copy, ['playbook', 'yun/restart-node', 'YUN-PR09', 'phys/kubelets']);
    expect(refused).toMatchObject({ ok: false, says: expect.stringContaining('Write phys/ and one of: ') });
  });
});

const Report = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});
