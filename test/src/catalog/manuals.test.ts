import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadManuals, type ManualSystem } from '../../../src/catalog/manuals.ts';
import { readManuals } from '../../support/manuals.ts';

describe('the manuals of this project', () => {
  it('hold every row of the twenty systems', async () => {
    const { systems } = await readManuals(path.resolve('.'));
    expect(systems).toHaveLength(20);
    const count = (rows: (system: ManualSystem) => readonly unknown[]): number =>
      systems.flatMap(rows).length;
    expect(count(({ checks }) => checks)).toBe(245);
    expect(count(({ metrics }) => metrics)).toBe(200);
    expect(count(({ logs }) => logs)).toBe(99);
    expect(count(({ alerts }) => alerts)).toBe(71);
    expect(count(({ faults }) => faults)).toBe(86);
    expect(count(({ plans }) => plans)).toBe(12);
    expect(count(({ procedures }) => procedures)).toBe(75);
    expect(count(({ facts }) => facts)).toBe(53);
  });

  it('list the rows of a kind in the order of their numbers', async () => {
    const { systems } = await readManuals(path.resolve('.'));
    for (const { checks, metrics, logs, alerts, faults, plans, procedures, facts } of systems)
      for (const rows of [checks, metrics, logs, alerts, faults, plans, procedures, facts]) {
        const numbers = rows.map(({ id }) => Number(/\d+$/.exec(id)?.[0]));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
  });

  it('have every metric that an alert names', async () => {
    const { systems } = await readManuals(path.resolve('.'));
    const metrics = new Set(systems.flatMap((system) => system.metrics.map(({ id }) => id)));
    const named = systems.flatMap((system) => system.alerts.flatMap((alert) => alert.metrics));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((id) => !metrics.has(id))).toEqual([]);
  });
});

describe('a folder of manuals', () => {
  let root: string;
  beforeEach(async () => {
    await mkdir('.fettle', { recursive: true });
    root = await mkdtemp(path.resolve('.fettle/manuals-'));
    await put('mq.yaml', MQ);
    await put('no-action.yaml', 'MQ-L01: a directory; its file is MQ-L02');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function put(file: string, text: string): Promise<void> {
    await mkdir(path.join(root, 'manuals'), { recursive: true });
    await writeFile(path.join(root, 'manuals', file), text);
  }

  async function problems(): Promise<readonly string[]> {
    const read = await loadManuals(root);
    return read.ok ? [] : read.problems;
  }

  it('is read whole; kinds that a system does not have are empty', async () => {
    const { systems, noAction } = await readManuals(root);
    expect(systems).toMatchObject([
      { system: 'MQ', checks: [{ id: 'MQ-C01', apps: [], changes: true }], alerts: [], facts: [] },
    ]);
    expect(noAction.get('MQ-L01')).toBe('a directory; its file is MQ-L02');
  });

  it('may have no row that needs no action', async () => {
    await put('no-action.yaml', '# none yet\n');
    expect((await readManuals(root)).noAction.size).toBe(0);
  });

  it.each<[string, string, string, string]>([
    ['a check without a criterion', 'pass: page opens', '', 'mq.yaml:5: pass: write a text'],
    ['a row without a title', 'title: Console page', '', 'mq.yaml:5: title: write a text'],
    ['a misspelt word', 'look: sofa', 'lock: sofa', 'mq.yaml:5: checks: Unrecognized key: "lock"'],
    [
      'a place that is none',
      'runsOn: http',
      'runsOn: browser',
      'mq.yaml:8: runsOn: write host-shell, http, sql, metrics, log or manual-page',
    ],
    [
      'a section without its document',
      '[002 §4.5.2]',
      '[4.5.2]',
      'mq.yaml:7: clauses: write the document and the section, like 002 §4.5.2',
    ],
    ['no section', '[002 §4.5.2]', '[]', 'mq.yaml:7: clauses: list at least one section'],
    [
      'a threshold of another form',
      "{op: '>', value: 80, unit: '%'}",
      '{above: 80}',
      'mq.yaml:16: threshold: write a text, {op, value, unit}, {op: unreachable, ports}, {allOf: […]} or {anyOf: […]}',
    ],
    ['an id that is none', 'id: MQ-C01', 'id: C01', 'mq.yaml:5: id: write a row id like MQ-C04'],
    [
      'a row of another system',
      'id: MQ-C01',
      'id: MS-C01',
      'mq.yaml: MS-C01 stands among the checks of MQ, whose ids are MQ-C and a number',
    ],
    [
      'a row of another kind',
      'id: MQ-C01',
      'id: MQ-M02',
      'mq.yaml: MQ-M02 stands among the checks of MQ, whose ids are MQ-C and a number',
    ],
    ['two rows of one id', 'id: MQ-L02', 'id: MQ-L01', 'mq.yaml: there are two rows MQ-L01'],
    ['the name of another file', 'system: MQ', 'system: MS', 'mq.yaml holds MS; it must be called ms.yaml'],
    ['what is not YAML', 'apps: [msgbroker]', 'apps: [msgbroker', 'mq.yaml:4: '],
  ])('says what is wrong with %s', async (_, good, bad, said) => {
    expect(MQ).toContain(good);
    await put('mq.yaml', MQ.replace(good, bad));
    expect(await problems()).toContainEqual(expect.stringContaining(`manuals/${said}`));
  });

  it('says which step speaks of what no manual has', async () => {
    const fault = `
faults:
  - id: MQ-F01
    title: down
    clauses: [002 §4]
    symptom: down
    cause: unknown
    steps:
      - kind: check
        text: Look at the process
        ref: [MQ-C01, POL-ESC-02, MQ-C99]
`;
    await put('mq.yaml', `${MQ}${fault}`);
    expect(await problems()).toEqual([
      'manuals/mq.yaml: step MQ-F01.1 speaks of MQ-C99, which no manual has',
    ]);
  });

  it.each([
    ['a row that does not exist', 'MQ-L09: gone', 'MQ-L09 is no row of the manuals that asks for anything'],
    ['a row of another kind', 'MQ-K01: fact', 'MQ-K01 is no row of the manuals that asks for anything'],
    ['no reason', 'MQ-L01:', ':1: MQ-L01: write a text'],
    ['a row twice', 'MQ-L01: once\nMQ-L01: twice', ':2: Map keys must be unique'],
  ])('refuses a list of rows without action with %s', async (_, text, said) => {
    await put('no-action.yaml', text);
    expect(await problems()).toEqual([expect.stringMatching(/^manuals\/no-action\.yaml:/)]);
    expect((await problems())[0]).toContain(said);
  });

  it('says everything that is wrong at once', async () => {
    await put('mq.yaml', MQ.replace('pass: page opens', '').replace('runsOn: http', 'runsOn: browser'));
    await put('ms.yaml', 'system: [');
    await rm(path.join(root, 'manuals/no-action.yaml'));
    const said = await problems();
    expect(said).toContain('manuals/no-action.yaml cannot be read');
    expect(said.filter((each) => each.startsWith('manuals/mq.yaml'))).toHaveLength(2);
    expect(said.some((each) => each.startsWith('manuals/ms.yaml:1: '))).toBe(true);
  });

  it('must be there', async () => {
    await rm(path.join(root, 'manuals'), { recursive: true });
    expect(await problems()).toContain('manuals/ has no file of a system');
  });
});

const MQ = `system: MQ
name: {en: Message queue, zh: 消息队列}
apps: [msgbroker]
checks:
  - id: MQ-C01
    title: Console page
    clauses: [002 §4.5.2]
    runsOn: http
    look: sofa
    pass: page opens
    changes: true
metrics:
  - id: MQ-M01
    title: disk_usage
    clauses: [002 §4.2.1.1]
    threshold: {op: '>', value: 80, unit: '%'}
logs:
  - id: MQ-L01
    title: The directory of the logs
    clauses: [002 §4.3.1.1]
    path: /home/admin/logs
  - id: MQ-L02
    title: Errors
    clauses: [002 §4.3.1.1]
    path: /home/admin/logs/common-error.log
`;
