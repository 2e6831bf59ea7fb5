import { APPS } from '../../lab/estate/apps/index.ts';
import { FAULTS } from '../../lab/estate/faults/index.ts';
import { type Catalog, loadCatalog } from '../../src/catalog/catalog.ts';
import { loadManuals, type ManualSystem } from '../../src/catalog/manuals.ts';
import { type Check, type Inspection, nearest } from '../../src/kit/index.ts';

/** A row of a manual that says what to do. */
export type RemedialRow = ManualSystem['alerts' | 'faults' | 'plans' | 'procedures'][number];

/** Everything that the files of a new playbook say. */
export interface NewPlaybook {
  readonly name: string;
  readonly system: string;
  readonly row: RemedialRow;
  /** Playbooks that answer the row already. */
  readonly answeredBy: readonly string[];
  /** Further rows of the system that no playbook answers. */
  readonly others: readonly string[];
  readonly app: string;
  /** Tells whether the playbook is needed, and whether it has helped. */
  readonly check: Check;
  readonly checkOf: string;
  readonly checkName: string;
  /** A fault of the practice estate that turns the check red. */
  readonly brokenBy: string | undefined;
  readonly file: string;
  readonly testFile: string;
  readonly faultFile: string;
}

type About =
  | { readonly ok: true; readonly playbook: NewPlaybook }
  | { readonly ok: false; readonly says: string };

/** Reads the words after `playbook` against the catalog and the manuals of the project, or says what to type instead. */
export async function aboutPlaybook(root: string, place: string, rest: readonly string[]): Promise<About> {
  const [, folder, name] = /^([^/]+)\/([^/]+)$/.exec(place) ?? [];
  if (folder === undefined || name === undefined)
    return no(`Write the system and the name of the playbook, like star/restart-agent, not "${place}".`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return no(`"${name}" cannot be a name: write small letters, digits and hyphens, like restart-agent.`);
  const read = await loadManuals(root);
  if (!read.ok) return no(`The manuals are not in order:\n${read.problems.join('\n')}`);
  const catalog = await loadCatalog(root).catch((error: unknown) => String(error));
  if (typeof catalog === 'string') return no(`Mend this first. ${catalog}`);
  const manual = read.manuals.systems.find(({ system }) => system.toLowerCase() === folder.toLowerCase());
  if (!manual) return no(noSystem(folder, read.manuals.systems));
  const { system } = manual;
  const owner = catalog.playbooks.get(name);
  if (owner)
    return no(
      `playbooks/${owner.system.toLowerCase()}/${name}.ts is there already. Change it, or choose another name.`,
    );

  const isRow = (word: string): boolean => /^[A-Z]+-[A-Z]+\d+$/i.test(word);
  const chosen = rowOf(manual, rest.find(isRow), name, catalog);
  if (!chosen.ok) return chosen;
  const { row, others } = chosen;
  const found = checkOf(
    manual,
    row,
    rest.find((word) => !isRow(word)),
    name,
    catalog,
  );
  if (!found.ok) return found;
  const { inspection, check, app } = found;
  return {
    ok: true,
    playbook: {
      name,
      system,
      row,
      answeredBy: [...catalog.playbooks.values()].flatMap((playbook) =>
        playbook.rows.some((id) => id === row.id) ? [playbook.name] : [],
      ),
      others,
      app,
      check,
      checkOf: inspection.system.id,
      checkName: `${inspection.system.id} ${check.id}`,
      brokenBy: faultOf(check),
      file: `playbooks/${system.toLowerCase()}/${name}.ts`,
      testFile: `test/playbooks/${system.toLowerCase()}/${name}.test.ts`,
      faultFile: `lab/estate/faults/${system.toLowerCase()}-${name}.ts`,
    },
  };
}

const no = (says: string) => ({ ok: false, says }) as const;

function noSystem(folder: string, systems: readonly ManualSystem[]): string {
  const ids = systems.map(({ system }) => system.toLowerCase());
  const near = nearest(folder, ids, 3);
  return `The manuals have no system "${folder}". ${near.length > 0 ? `Did you mean ${near.join(', ')}? ` : ''}There are: ${ids.join(', ')}.`;
}

function rowOf(
  manual: ManualSystem,
  typed: string | undefined,
  name: string,
  { playbooks }: Catalog,
):
  | { readonly ok: true; readonly row: RemedialRow; readonly others: readonly string[] }
  | ReturnType<typeof no> {
  const rows: readonly RemedialRow[] = [
    ...manual.faults,
    ...manual.procedures,
    ...manual.alerts,
    ...manual.plans,
  ].filter(({ steps }) => steps.length > 0);
  const answered = new Set<string>([...playbooks.values()].flatMap((playbook) => playbook.rows));
  const free = rows.filter(({ id }) => !answered.has(id));
  const row =
    typed === undefined
      ? mostLike(name, [...free, ...rows], ({ title }) => title)
      : rows.find(({ id }) => id === typed.toUpperCase());
  if (row) return { ok: true, row, others: free.filter((each) => each !== row).map(({ id }) => id) };
  return no(
    rows.length === 0
      ? `The manual of ${manual.system} has no row that says what to do: there is nothing to write a playbook for.`
      : `${manual.system} has no row ${typed} that says what to do. It has: ${rows.map(({ id }) => id).join(', ')}.`,
  );
}

/** The check that was named; otherwise, of those that Fettle makes itself, the one most like the name: of a host of the row's app where there is one. */
function checkOf(
  manual: ManualSystem,
  row: RemedialRow,
  typed: string | undefined,
  name: string,
  { inspections }: Catalog,
):
  | { readonly ok: true; readonly inspection: Inspection; readonly check: Check; readonly app: string }
  | ReturnType<typeof no> {
  const [folder = manual.system, id] = typed?.split('/') ?? [];
  const inspection = inspections.get(folder.toUpperCase());
  const own = inspection?.checks.filter(({ on }) => on !== 'person') ?? [];
  if (!inspection || own.length === 0)
    return no(
      `${folder.toUpperCase()} has no check that Fettle makes itself, and nothing could tell whether the playbook has helped. Name the check of another system as the last word, like phys/kubelet.`,
    );
  const apps = row.apps.length > 0 ? row.apps : manual.apps;
  const ofApps = own.filter((check) => check.apps.some((app) => apps.includes(app)));
  const onHost = ofApps.filter(({ on }) => on === 'host');
  const check =
    typed === undefined
      ? mostLike(name, [...onHost, ...ofApps, ...own], (each) => `${each.id} ${each.title.en}`)
      : own.find((each) => each.id === id);
  if (!check) {
    const ids = own.map((each) => each.id);
    return no(
      `The inspection of ${inspection.system.id} has no check "${id ?? ''}" that Fettle makes itself. Write ${folder.toLowerCase()}/ and one of: ${ids.join(', ')}.`,
    );
  }
  const app = check.apps.find((each) => apps.includes(each)) ?? check.apps[0] ?? '';
  return { ok: true, inspection, check, app };
}

/** The first of those whose text has the most words of the name. */
function mostLike<Each>(
  name: string,
  all: readonly Each[],
  textOf: (each: Each) => string,
): Each | undefined {
  const score = (each: Each): number =>
    name.split('-').filter((word) => textOf(each).toLowerCase().includes(word)).length;
  return all.toSorted((a, b) => score(b) - score(a))[0];
}

const faultOf = ({ rows }: Check): string | undefined =>
  FAULTS.find((fault) =>
    [...fault.rows, ...APPS.flatMap((app) => app.rows?.[fault.id] ?? [])].some((row) => rows.includes(row)),
  )?.id;
