import path from 'node:path';
import { type Catalog, loadCatalog } from '../../src/catalog/catalog.ts';
import { estateOf, withPlacesOf } from '../../src/catalog/example-estate.ts';
import { type Manuals, stepIdsOf } from '../../src/catalog/manuals.ts';
import { prepareChange } from '../../src/changing/prepare.ts';
import {
  type CheckAnswer,
  type CheckRef,
  type CheckState,
  type ContainerSeen,
  type ContainerState,
  type Estate,
  type Look,
  NOTHING_CAPTURED,
  type Playbook,
  readCall,
  type Row,
  say,
  shownStep,
  Step,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { previewOf } from '../../src/runs/preview.ts';
import type { Plan } from '../../src/runs/run.ts';
import { lookOf } from './blind-look.ts';
import { readManuals } from './manuals.ts';
import { noContainers } from './no-containers.ts';

/** How the estate is when the playbook looks. What is not named here cannot be looked at, but checks, which are ok. */
export interface Seen {
  /** By the id of the check, or `<check> <host or app>` where it is another one there. */
  readonly checks?: Readonly<Record<string, CheckState>>;
  /** The rows that every read of a database brings. */
  readonly sql?: Readonly<Record<string, readonly Row[]>>;
  /** What a command prints, by host; it ends with 0. */
  readonly shell?: Readonly<Record<string, string>>;
  readonly containers?: Readonly<Record<string, ContainerState>>;
  /** Laid over the estate in which every app has one host and the places of the examples are there. */
  readonly estate?: Partial<Estate>;
  /** Looks of your own, in place of these. */
  readonly look?: Partial<Look>;
}

/** A plan as it would be shown, or why there is none. */
export type PlanRead =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** A line a step, `<kind> <where>: <exact text>`; further lines of a text behind a slash. */
      readonly lines: readonly string[];
    }
  | { readonly ok: false; readonly says: Words };

/**
 * The plan that a playbook makes of these arguments (as they are typed, or as they are stored) where the estate is like this: no
 * machine, no database, no Slack. It passes the doors of a real one: arguments, required checks, layout, hash, preview. Throws, with a
 * sentence, where a plan of this kind could not be stored, or cites a step that no manual has.
 */
export async function planOf(
  playbook: Playbook,
  args: string | Readonly<Record<string, unknown>>,
  seen: Seen = {},
): Promise<PlanRead> {
  const { catalog, manuals } = await theProject();
  const inspections = [...catalog.inspections.values()];
  const estate = { ...withPlacesOf(playbook, estateOf(inspections)), ...seen.estate };
  const stored = typeof args === 'string' ? typedArgs(playbook, args, estate) : { ok: true as const, args };
  if (!stored.ok) return stored;
  const look = lookOf({ estate, ...looksAt(seen, catalog), ...seen.look });
  const blind = { ...playbook, prepare: (given: unknown) => playbook.prepare(given, look) };
  const prepared = await prepareChange({ playbooks: [blind], args: stored.args }, eyesOf(look));
  if (!prepared.ok) return { ok: false, says: prepared.says };
  const { plan } = prepared;
  const all = [...plan.steps, ...plan.rollback];
  for (const step of all) {
    const parsed = Step.safeParse(JSON.parse(JSON.stringify(step)));
    if (!parsed.success)
      throw new Error(
        `The step "${step.title.en}" of ${playbook.name} cannot be stored: ${parsed.error.message}`,
      );
  }
  const unknown = all.flatMap(({ cites = [] }) => cites).filter((id) => !stepsOf(manuals).has(id));
  if (unknown.length > 0)
    throw new Error(
      `${playbook.name} cites ${unknown.join(', ')}, which no manual has: a step is its row and its number, like STAR-PR02.1`,
    );
  previewOf(plan);
  return { ok: true, plan, lines: plan.steps.map(lineOf) };
}

/** Texts of a plan that nobody has written yet: those of a skeleton begin with 待写. */
export const unwritten = (plan: Plan): readonly string[] => [
  ...new Set(Array.from(JSON.stringify({ ...plan, looked: [] }).matchAll(/待写[^"]*/g), ([text]) => text)),
];

function lineOf(step: Step): string {
  const { place, text } = shownStep(step);
  const one = say(text, 'en').replace(/ \\\n/g, ' ').replace(/\n\s*/g, ' / ');
  return `${step.kind} ${place}: ${one}`;
}

let project: Promise<{ readonly catalog: Catalog; readonly manuals: Manuals }> | undefined;
/** Read once for all plans of a test file. */
const theProject = () =>
  (project ??= Promise.all([loadCatalog(path.resolve(import.meta.dirname, '../..')), readManuals()]).then(
    ([catalog, manuals]) => ({
      catalog,
      manuals,
    }),
  ));

const stepsOf = ({ systems }: Manuals): ReadonlySet<string> => new Set(systems.flatMap(stepIdsOf));

function typedArgs(
  playbook: Playbook,
  typed: string,
  estate: Estate,
):
  | { readonly ok: true; readonly args: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly says: Words } {
  const read = readCall(playbook, typed, estate);
  return read.ok ? { ok: true, args: read.call.args } : { ok: false, says: read.problems[0].says };
}

function looksAt(
  { checks = {}, sql = {}, shell = {}, containers = {} }: Seen,
  catalog: Catalog,
): Partial<Look> {
  const answer = (ref: CheckRef): CheckAnswer => {
    const check = catalog.inspections.get(ref.system)?.checks.find(({ id }) => id === ref.check);
    if (!check) throw new Error(`the inspection of ${ref.system} has no check ${ref.check}`);
    const place = 'host' in ref.on ? ref.on.host : ref.on.app;
    const state = checks[`${ref.check} ${place}`] ?? checks[ref.check] ?? 'ok';
    return {
      ref,
      ...('host' in ref.on ? { host: ref.on.host } : {}),
      state,
      says: words(`seen as ${state}`, `所见为 ${state}`),
      evidence: NOTHING_CAPTURED,
      title: check.title,
      rows: check.rows,
      command: NOTHING_CAPTURED,
    };
  };
  return {
    checks: async ({ refs }) => refs.map(answer),
    sql: async ({ database }) => given(sql, database, 'sql'),
    shell: async ({ host }) => ({
      kind: 'answered',
      answer: { exitCode: 0, output: given(shell, host, 'shell'), truncated: false, timedOut: false },
    }),
    containers: async ({ hosts }) => hosts.map((host) => containerSeen(host, containers[host] ?? 'unknown')),
  };
}

function given<Value>(all: Readonly<Record<string, Value>>, name: string, kind: string): Value {
  const value = all[name];
  if (value === undefined)
    throw new Error(`the playbook looks at ${kind} of ${name}, which the test does not give`);
  return value;
}

/** A container of a node, as Docker shows it. */
const containerSeen = (host: string, state: ContainerState): ContainerSeen => ({
  host,
  state,
  says: words(state, state),
  ...(state === 'running' || state === 'stopped'
    ? {
        start: {
          adapter: 'docker',
          node: `node-of-${host}`,
          container: host,
          id: 'a'.repeat(64),
          startedAt: '2026-11-02T08:00:00.000000000Z',
        },
      }
    : {}),
});

/** What is required is asked of the same checks; all else has been looked at by then. */
function eyesOf({ estate, checks, pause }: Look): Parameters<typeof prepareChange>[1] {
  const never = (): never => {
    throw new Error('a plan without machines reaches none');
  };
  return {
    estate,
    pause,
    checks: (refs) => checks({ refs }),
    sql: { read: never },
    exec: { run: never },
    containers: noContainers,
  };
}
