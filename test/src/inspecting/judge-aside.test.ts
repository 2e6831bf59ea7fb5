import path from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import type { Inspection } from '../../../src/kit/index.ts';
import { concludeHere } from '../../../src/inspecting/conclude.ts';
import { inspect } from '../../../src/inspecting/inspect.ts';
import { type JudgeAside, openJudgeAside } from '../../../src/inspecting/judge-aside.ts';
import type { RemoteExec } from '../../../src/kit/targets.ts';
import type { Report } from '../../../src/runs/report.ts';
import { estateFrom } from '../../support/estates.ts';
import { filled, SHAPES } from '../../support/hostile.ts';

/** An inspection whose judges do what the host says: hang, fill the memory, throw, or answer. */
const OBEDIENT = `
import { defineInspection, sh, words } from '${path.resolve('src/kit/index.ts')}';
const check = (id) => ({
  on: 'host', id, title: words(id, id), apps: ['obedient'], rows: ['OB-C01'],
  clause: { document: '001', section: '1' },
  command: () => sh\`echo \${id}\`,
  judge({ output }) {
    if (output.startsWith('hang')) for (;;);
    if (output.startsWith('fill')) { const all = []; for (;;) all.push(Array(100000).fill({})); }
    if (output.startsWith('throw')) throw new Error('as told');
    return [{ state: 'ok', says: words(output.slice(0, 20), output.slice(0, 20)) }];
  },
});
export default defineInspection({
  system: { id: 'OB', title: words('Obedient', 'Obedient'), names: [] },
  apps: [{ id: 'obedient', title: words('Obedient', 'Obedient'), names: [] }],
  checks: [check('one'), check('two')],
});
`;

let folder: string;
let obedient: readonly Inspection[];
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  await mkdir('.fettle', { recursive: true });
  folder = await mkdtemp(path.resolve('.fettle/judge-'));
  await mkdir(path.join(folder, 'playbooks', 'ob'), { recursive: true });
  await mkdir(path.join(folder, 'commands'));
  await symlink(path.resolve('package.json'), path.join(folder, 'package.json'));
  await writeFile(path.join(folder, 'playbooks', 'ob', 'inspection.ts'), OBEDIENT);
  obedient = [...(await loadCatalog(folder)).inspections.values()];
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const hosts = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `h-${at + 1}`, address: `10.0.0.${at + 1}` }));

/** Hosts that print this for every command. */
const printing = (print: (host: string, no: number) => string): RemoteExec => ({
  async run({ name }, script) {
    const [, nonce = ''] = /nonce=([0-9a-f]{32})/.exec(script) ?? [];
    const count = [...script.matchAll(/^one \d+ /gm)].length;
    const stdout = Array.from(
      { length: count },
      (_, no) => `\n${nonce} begin ${no} 1.00\n${print(name, no)}\n${nonce} end ${no} 0 1.01\n`,
    ).join('');
    const now = new Date();
    return {
      kind: 'answered',
      exitCode: 0,
      stdout,
      stderr: '',
      truncated: false,
      tookMs: 1,
      ranBetween: { from: now, to: now },
    } as never;
  },
});

function judged(code: string, estate: ReturnType<typeof estateFrom>, limitMs?: number) {
  const warned: string[] = [];
  const judge: JudgeAside = openJudgeAside({
    code,
    estate,
    log: { warn: (_, message) => void warned.push(message) },
    ...(limitMs === undefined ? {} : { limitMs }),
  });
  closers.push(judge.close);
  return { judge, warned };
}

const targets = (exec: RemoteExec) => ({
  exec,
  sql: { read: async () => [] },
  http: { get: async () => ({ kind: 'no-answer', detail: 'none' }) as const },
});

const states = ({ findings }: Report): Readonly<Record<string, string>> =>
  Object.fromEntries(
    findings.map(({ host, check, state, says }) => [`${host} ${check}`, `${state}: ${says.en}`]),
  );

describe('a judge in a thread of its own', { timeout: 120_000 }, () => {
  it.each([
    ['hangs for ever', 'hang', /took too long to judge/],
    ['fills its memory', 'fill', /took too long to judge/],
  ])('is unknown where it %s, and everything else is judged', async (_, what, says) => {
    const estate = estateFrom({ obedient: { hosts: hosts(6) } }, obedient);
    const { judge } = judged(folder, estate, 1500);
    const bugs: string[] = [];
    const onBug = (error: unknown): void => void bugs.push(String(error));
    const report = await inspect({
      scope: { kind: 'all' },
      estate,
      inspections: obedient,
      targets: targets(printing((host, no) => (host === 'h-2' && no === 0 ? what : `fine ${host} ${no}`))),
      onBug,
      conclude: judge.conclude(onBug),
    });
    const seen = states(report);
    expect(seen['h-2 one']).toMatch(says);
    expect(seen['h-2 one']).toMatch(/^unknown/);
    expect(Object.keys(seen)).toHaveLength(12);
    expect(Object.values(seen).filter((each) => each.startsWith('ok: fine'))).toHaveLength(11);
    expect(bugs).toHaveLength(1);
  });

  it('says what is wrong with a judge that throws', async () => {
    const estate = estateFrom({ obedient: { hosts: hosts(1) } }, obedient);
    const { judge } = judged(folder, estate);
    const bugs: string[] = [];
    const onBug = (error: unknown, at: { readonly check: string }): void =>
      void bugs.push(`${at.check} ${String(error)}`);
    const report = await inspect({
      scope: { kind: 'all' },
      estate,
      inspections: obedient,
      targets: targets(printing((_, no) => (no === 0 ? 'throw' : 'fine'))),
      onBug,
      conclude: judge.conclude(onBug),
    });
    expect(states(report)).toMatchObject({
      'h-1 one': expect.stringMatching(/^unknown/),
      'h-1 two': 'ok: fine',
    });
    expect(bugs).toEqual([expect.stringMatching(/^one .*as told/)]);
  });

  it.each([
    ['no thread can be started', () => folder, { cannotTravel: () => undefined }, 1],
    ['the thread knows no such check', () => path.join(folder, 'nowhere'), {}, 0],
  ] as const)('is replaced by this one where %s', async (_, code, more, times) => {
    const estate = estateFrom({ obedient: { hosts: hosts(1) } }, obedient);
    const { judge, warned } = judged(code(), { ...estate, ...more });
    const report = await inspect({
      scope: { kind: 'all' },
      estate,
      inspections: obedient,
      targets: targets(printing(() => 'fine')),
      conclude: judge.conclude(() => undefined),
    });
    expect(states(report)).toEqual({ 'h-1 one': 'ok: fine', 'h-1 two': 'ok: fine' });
    expect(warned).toHaveLength(times);
  });

  it('comes to the same findings as in this one', async () => {
    const catalog = await loadCatalog('.');
    const inspections = [...catalog.inspections.values()];
    const estate = estateFrom({ msgbroker: { hosts: hosts(3) } }, inspections);
    const { judge } = judged(path.resolve('.'), estate);
    const shapes = [...SHAPES.values()];
    const asked = (conclude: Parameters<typeof inspect>[0]['conclude']): Promise<Report> =>
      inspect({
        scope: { kind: 'all' },
        estate,
        inspections,
        targets: targets(printing((_, no) => shapes[no % shapes.length] ?? '')),
        now: () => new Date(0),
        ...(conclude ? { conclude } : {}),
      });
    const [aside, here] = [await asked(judge.conclude(() => undefined)), await asked(undefined)];
    expect(aside.findings.length).toBeGreaterThan(20);
    expect(aside.findings).toEqual(here.findings);
  });
});

describe('an inspection of six hosts that answer 64 KiB of whatever holds up a reader', {
  timeout: 120_000,
}, () => {
  it.each(['in a thread of its own', 'in this thread'])(
    'leaves this process its turns: judged %s',
    async (where) => {
      const catalog = await loadCatalog('.');
      const inspections = [...catalog.inspections.values()];
      const estate = estateFrom({ acopswareorchestration: { hosts: hosts(6) } }, inspections);
      const { judge } = judged(path.resolve('.'), estate);
      const lines = ['a', '\n', ' ', '1', "'\\", 'a.'].map(filled);
      const delay = monitorEventLoopDelay({ resolution: 5 });
      const onBug = (): void => undefined;
      // The first question starts the thread.
      delay.enable();
      const report = await inspect({
        scope: { kind: 'all' },
        estate,
        inspections,
        targets: targets(printing((host) => lines[Number(host.slice(2)) - 1] ?? '')),
        conclude: where === 'in this thread' ? concludeHere(estate, onBug) : judge.conclude(onBug),
      });
      await later(20);
      delay.disable();
      expect(report.findings.length).toBeGreaterThan(40);
      expect(delay.max / 1e6).toBeLessThan(500);
      process.stderr.write(`longest silence, judged ${where}: ${Math.round(delay.max / 1e6)} ms\n`);
    },
  );
});
