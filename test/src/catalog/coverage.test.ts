import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Catalog, loadCatalog } from '../../../src/catalog/catalog.ts';
import { countRows, coverageOf } from '../../../src/catalog/coverage.ts';
import { type Manuals, rowIdsOf, stepIdsOf } from '../../../src/catalog/manuals.ts';
import {
  type Check,
  defineInspection,
  definePlaybook,
  type Limit,
  type RowId,
  sh,
  words,
} from '../../../src/kit/index.ts';
import { readManuals } from '../../support/manuals.ts';

/** Apps of the manuals that no check looks at, each with the reason. */
const NOT_LOOKED_AT: Readonly<Record<string, string>> = {
  'als-sls': 'the storage itself, outside the hosts; its clients and its errors are looked at',
  hasinit: 'runs once after the installation',
  metapush: 'a task of a release, which runs once',
  metapushclose: 'a task of a release, which runs once',
  pageinspect: 'the manual says what it is for and nothing else',
  'registry-test': 'part of the installation; no row is about it',
};

describe('the definitions of this project', async () => {
  const catalog = await loadCatalog(path.resolve('.'));
  const manuals = await readManuals();
  const { systems, unknown } = coverageOf(catalog, manuals);

  it('cite no row that does not exist', () => {
    expect(unknown.map(({ row, by }) => `${by.system} ${by.id} cites ${row}`)).toEqual([]);
  });

  it('inspect the twenty systems of the manuals, and no other', () => {
    expect(systems).toHaveLength(20);
    expect([...catalog.inspections.keys()].sort()).toEqual(systems.map(({ id }) => id).sort());
  });

  it('answer every check, metric and log of every system, or leave it to a person', () => {
    const rows = systems.flatMap((system) => system.rows).filter(({ steps }) => steps === 0);
    expect(rows).toHaveLength(544);
    expect(rows.filter(({ status }) => status.kind === 'missing').map(({ id }) => id)).toEqual([]);
  });

  it('count the steps of every row that says what to do', () => {
    const remedial = systems.flatMap((system) => system.rows).filter(({ steps }) => steps > 0);
    expect(remedial).toHaveLength(244);
    expect(remedial.reduce((sum, { steps }) => sum + steps, 0)).toBe(601);
    expect(manuals.systems.flatMap(stepIdsOf)).toHaveLength(601);
    // Looked at on the way is not carried out.
    for (const { status } of remedial) expect(['covered', 'no-action', 'no-playbook']).toContain(status.kind);
    expect(remedial.find(({ id }) => id === 'DEPS-F05')?.status.kind).toBe('covered');
  });

  it('know every app of the manuals, each in one system', () => {
    const known = [...catalog.inspections.values()].flatMap(({ apps }) => apps.map(({ id }) => id));
    const named = new Set(manuals.systems.flatMap(({ apps }) => apps));
    expect(named.size).toBe(52);
    expect(known.toSorted()).toEqual([...named].sort());
  });

  it('look at every app of the manuals, but for those that there is nothing to see of', () => {
    const looked = [...catalog.inspections.values()].flatMap(({ checks }) =>
      checks.flatMap(({ apps }) => apps),
    );
    const others = manuals.systems.flatMap(({ apps }) => apps).filter((app) => !looked.includes(app));
    expect([...new Set(others)].sort()).toEqual(Object.keys(NOT_LOOKED_AT).sort());
  });

  it('answer no row that is listed as needing no action', () => {
    const rows = systems.flatMap((system) => system.rows);
    const unneeded = rows.filter(({ status }) => status.kind === 'no-action').map(({ id }) => id);
    expect([...manuals.noAction.keys()].filter((id) => !unneeded.includes(id))).toEqual([]);
  });

  it('have the limits that the manuals give', () => {
    const given = new Map(
      manuals.systems.flatMap(({ metrics }) => metrics.map((row) => [row.id, numbersOf(row)] as const)),
    );
    const wrong = [...catalog.inspections.values()].flatMap(({ checks }) =>
      checks.flatMap(({ id, limits }) =>
        Object.values(limits ?? {})
          .filter(({ row, value }) => given.get(row)?.includes(value) === false)
          .map(({ row, value }) => `${id}: ${row} is ${given.get(row)?.join(' or ')}, not ${value}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('coverage', () => {
  it('is what a definition checks, what a person looks at, what needs nothing, and what is missing', () => {
    const catalog = catalogOf([check(['MQ-C01', 'MQ-M01']), person(['MQ-C02'])]);
    expect(statuses(catalog)).toEqual({
      'MQ-C01': 'covered by ports',
      'MQ-C02': 'manual by page',
      'MQ-C03': 'missing',
      'MQ-M01': 'covered by ports',
      'MQ-L01': 'no-action: a directory',
      'MQ-L02': 'missing',
      'MQ-F01': 'no-playbook',
    });
    const [mq] = coverageOf(catalog, MANUALS).systems;
    expect(countRows(mq?.rows ?? [])).toEqual({
      covered: 2,
      manual: 1,
      'no-action': 1,
      missing: 2,
      'no-playbook': 1,
    });
  });

  it('counts a row that a person and a check answer as covered, and names both', () => {
    const catalog = catalogOf([check(['MQ-C02']), person(['MQ-C02'])]);
    expect(statuses(catalog)).toMatchObject({ 'MQ-C02': 'covered by ports, page' });
  });

  it('sees the rows of limits', () => {
    const catalog = catalogOf([check(['MQ-C01'], { most: { row: 'MQ-M01', value: 80 } })]);
    expect(statuses(catalog)).toMatchObject({ 'MQ-M01': 'covered by ports' });
  });

  it('sees the rows that a playbook remedies and looks at', () => {
    const catalog = catalogOf([], [playbook({ rows: ['MQ-C01'], looksAt: ['MQ-C03', 'MQ-L02'] })]);
    expect(statuses(catalog)).toMatchObject({
      'MQ-C01': 'covered by restart',
      'MQ-C03': 'covered by restart',
      'MQ-L02': 'covered by restart',
    });
  });

  it('takes an answer before the list of rows without action', () => {
    expect(statuses(catalogOf([check(['MQ-L01'])]))).toMatchObject({ 'MQ-L01': 'covered by ports' });
  });

  it('lists every citation of a row that no manual has, of whatever kind', () => {
    const catalog = catalogOf(
      [check(['MQ-C01', 'MQ-C99'], { most: { row: 'MQ-M99', value: 80 } })],
      [playbook({ rows: ['MQ-F01', 'MQ-F99'], looksAt: ['DDS-C01'] })],
    );
    const { unknown } = coverageOf(catalog, MANUALS);
    expect(unknown.map(({ row, by }) => `${row} by ${by.kind} ${by.id}`)).toEqual([
      'MQ-C99 by check ports',
      'MQ-M99 by check ports',
      'MQ-F99 by playbook restart',
      'DDS-C01 by playbook restart',
    ]);
  });

  it('knows the rows of every kind', () => {
    expect(MANUALS.systems.flatMap(rowIdsOf)).toEqual([
      'MQ-C01',
      'MQ-C02',
      'MQ-C03',
      'MQ-M01',
      'MQ-L01',
      'MQ-L02',
      'MQ-F01',
    ]);
  });
});

type Definitions = Pick<Catalog, 'inspections' | 'playbooks'>;

/** Each row with its status, and by whom or why. */
function statuses(catalog: Definitions): Readonly<Record<string, string>> {
  const { systems } = coverageOf(catalog, MANUALS);
  return Object.fromEntries(
    systems.flatMap(({ rows }) =>
      rows.map(({ id, status }) => {
        const by = 'by' in status ? ` by ${status.by.map((each) => each.id).join(', ')}` : '';
        const because = 'because' in status ? `: ${status.because}` : '';
        return [id, `${status.kind}${by}${because}`];
      }),
    ),
  );
}

/** The numbers of a threshold; undefined when the manual gives none. */
function numbersOf({
  threshold,
}: Manuals['systems'][number]['metrics'][number]): readonly number[] | undefined {
  if (typeof threshold === 'string' || 'ports' in threshold) return undefined;
  if ('value' in threshold) return [threshold.value];
  return ('allOf' in threshold ? threshold.allOf : threshold.anyOf).map(({ value }) => value);
}

const row = <Id extends RowId>(id: Id) => ({ id, apps: [], title: id, clauses: ['002 §4' as const] });

const MANUALS: Manuals = {
  systems: [
    {
      system: 'MQ',
      name: words('Message queue', '消息队列'),
      apps: [],
      checks: (['MQ-C01', 'MQ-C02', 'MQ-C03'] as const).map((id) => ({
        ...row(id),
        runsOn: 'http',
        pass: 'opens',
      })),
      metrics: [{ ...row('MQ-M01'), threshold: { op: '>', value: 80 } }],
      logs: (['MQ-L01', 'MQ-L02'] as const).map((id) => ({ ...row(id), path: '/home/admin/logs' })),
      alerts: [],
      faults: [
        {
          ...row('MQ-F01'),
          symptom: 'down',
          cause: 'unknown',
          steps: [{ kind: 'check', text: 'look', ref: [] }],
        },
      ],
      plans: [],
      procedures: [],
      facts: [],
    },
  ],
  noAction: new Map([['MQ-L01', 'a directory']]),
};

const facts = {
  title: words('Ports', '端口'),
  apps: ['msgbroker'],
  clause: { document: '002', section: '4' },
} as const;

const check = (rows: readonly [RowId, ...RowId[]], limits: Readonly<Record<string, Limit>> = {}): Check => ({
  ...facts,
  on: 'host',
  id: 'ports',
  rows,
  limits,
  command: () => sh`true`,
  judge: () => [],
});

const person = (rows: readonly [RowId, ...RowId[]]): Check => ({
  ...facts,
  on: 'person',
  id: 'page',
  rows,
  page: words('Console', '控制台'),
  expect: words('opens', '可访问'),
});

const playbook = (cited: {
  readonly rows: readonly [RowId, ...RowId[]];
  readonly looksAt: readonly RowId[];
}) =>
  definePlaybook({
    ...cited,
    name: 'restart',
    system: 'MQ',
    title: words('Restart', '重启'),
    clause: facts.clause,
    risk: 'risky',
    args: z.object({}),
    examples: [{}],
    observe: () => Promise.resolve({ applies: false, reason: 'not-needed', because: words('Well', '正常') }),
    warning: () => words('Careful', '注意'),
    steps: () => [],
    verify: () => [],
    rollback: () => [],
  });

function catalogOf(
  checks: readonly Check[],
  playbooks: readonly ReturnType<typeof playbook>[] = [],
): Definitions {
  const inspection = defineInspection({
    system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
    apps: [{ id: 'msgbroker', title: words('Broker', '消息服务'), names: ['msgbroker'] }],
    checks,
  });
  return {
    inspections: new Map([['MQ', inspection]]),
    playbooks: new Map(playbooks.map((each) => [each.name, each])),
  };
}
