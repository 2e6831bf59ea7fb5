import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PracticeApp } from '../../../lab/estate/apps/app.ts';
import { dataserver, metaserver, registryApps, sessionserver } from '../../../lab/estate/apps/reg.ts';
import reg from '../../../playbooks/reg/inspection.ts';
import type { Inspection } from '../../../src/kit/index.ts';
import { judgeWithPast } from '../../../src/inspecting/history/compare-with-past.ts';
import { findingKey } from '../../../src/runs/report.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import {
  inspectedEstate,
  type InspectedEstate,
  onHost,
  redOf,
  resourceFaults,
} from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of REG', () => {
  it('answer every check, metric and log of the manual, and what the release of a group asks', () => {
    expect(citedRows(reg)).toEqual([
      ...rowsUpTo('REG', 'C', 19),
      ...rowsUpTo('REG', 'L', 13),
      ...rowsUpTo('REG', 'M', 23),
      'YUN-C03',
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(reg, ['business-host'])).toEqual([]);
  });

  it('have the limits of the manual; no node may be taken off the list', () => {
    const percent = ['M01', 'M02', 'M03', 'M04', 'M05', 'M06', 'M16', 'M17', 'M18'];
    expect(limitsByRow(reg)).toEqual({
      ...Object.fromEntries(percent.map((row) => [`REG-${row}`, 80])),
      'REG-M12': 90,
      'REG-M13': 90,
      'REG-M14': 90,
      'REG-M07': 2000,
      'REG-M08': 1,
      'REG-M09': 0,
      'REG-M19': 3,
      'REG-M23': 90,
    });
  });

  it('hold resources against both limits, of which the higher is the graver', () => {
    const cpu = reg.checks.find(({ id }) => id === 'session-cpu');
    expect(Object.values(cpu?.limits ?? {})).toEqual([
      { row: 'REG-M16', value: 80 },
      { row: 'REG-M03', value: 80 },
      { row: 'REG-M12', value: 90, state: 'critical' },
    ]);
  });

  it('ask a person for what no host can tell', () => {
    const asked = reg.checks.filter(({ on: where }) => where === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['REG-C09', 'REG-C15', 'REG-C08', 'REG-C18']);
  });

  it('ask for nothing that changes something in production', () => {
    const changing = reg.checks.filter((check) => check.on === 'person' && check.changes);
    expect(changing.flatMap(({ rows }) => rows)).toEqual(['REG-C18']);
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;
const down = (role: string, ports: readonly string[]) => ({
  ...Object.fromEntries(ports.map((port) => [port, critical])),
  [`${role}-process`]: critical,
  [`${role}-health`]: critical,
});
/** Beyond the higher of the two limits; of the load there is one. */
const resources = (role: string) => ({
  ...resourceFaults(role, critical),
  'load-high': { [`${role}-load`]: warning },
});

seesEveryFault({
  inspection: reg,
  apps: [metaserver, dataserver, sessionserver],
  placed: [
    ...onHost('dataserver-2', {
      'process-down': down('data', ['data-port 9620', 'data-further-ports 9621', 'data-further-ports 9622']),
      ...resources('data'),
    }),
    ...onHost('dataserver-3', {
      'data-not-working': { 'data-health': critical },
      'port-not-listening': { 'data-port 9620': critical },
      'registry-connections-break': { 'data-connection-losses': warning },
    }),
    ...onHost('sessionserver-1', {
      'port-not-listening': { 'session-port 9600': critical, 'session-health': critical },
    }),
    ...onHost('sessionserver-2', {
      'process-down': down('session', [
        'session-port 9600',
        'session-further-ports 9601',
        'session-further-ports 9603',
        'session-console-port 9602',
      ]),
      ...resources('session'),
    }),
    ...onHost('sessionserver-3', {
      'session-without-data': { 'session-health': critical },
      'session-port-lost': { 'session-console-port 9602': critical },
      'session-crowded': { 'session-clients': warning },
      'registry-connections-break': { 'session-connection-losses': warning },
    }),
    // The switch is one for the whole registry.
    ...onHost('metaserver-1', { 'push-closed': { 'push-switch': critical } }),
    ...onHost('metaserver-2', {
      'meta-second-leader': { 'push-switch': critical },
      'registry-connections-break': { 'meta-connection-losses': warning },
      ...resources('meta'),
    }),
    ...onHost('metaserver-3', {
      'port-not-listening': { 'meta-port 9610': critical, 'meta-health': critical, 'push-switch': critical },
    }),
  ],
  // Seen only when a node starts again.
  unseen: [['push-empties-lists', 'sessionserver-1']],
  ofApps: {
    metaserver: { leader: critical, 'node-list': warning },
    dataserver: { 'data-quorum': critical, 'data-evictions': warning },
  },
  remains: { metaserver: { 'node-list': warning }, dataserver: { 'data-evictions': warning } },
  // The one needs an inspection before, the other more meta nodes down than leave a leader: below.
  redElsewhere: ['REG-C12', 'REG-C14'],
});

function practiceOf(apps: readonly PracticeApp[], inspection: Inspection = reg): () => InspectedEstate {
  let practice: InspectedEstate;
  beforeAll(async () => {
    practice = await inspectedEstate(apps, [inspection], 'ssh2');
  }, 120_000);
  afterAll(() => practice.stop());
  return () => practice;
}

describe('the meta nodes', () => {
  const practice = practiceOf([metaserver]);

  /** What is red while a fault lasts; nothing may be afterwards. */
  async function redWith(fault: string, host?: string) {
    const { estate, inspectAll } = practice();
    await estate.break(fault, host);
    const red = redOf(await inspectAll());
    await estate.mend('all');
    return red;
  }

  it('need a leader that all of them follow', async () => {
    expect(await redWith('meta-left-raft', 'metaserver-2')).toEqual({
      'metaserver-2': { 'meta-health': critical },
      metaserver: { leader: critical },
    });
  });

  it('are known by the port of raft', async () => {
    expect(await redWith('meta-port-lost', 'metaserver-3')).toEqual({
      'metaserver-3': { 'meta-health': critical, 'meta-further-ports 9614': critical },
      metaserver: { leader: critical },
    });
  });

  it('need more than half of them', async () => {
    const meta = down('meta', [
      'meta-port 9610',
      ...[9611, 9612, 9614, 9615].map((no) => `meta-further-ports ${no}`),
    ]);
    const gone = { ...meta, 'push-switch': 'unknown' };
    expect(await redWith('meta-no-quorum')).toEqual({
      'metaserver-1': gone,
      'metaserver-2': gone,
      'metaserver-3': gone,
      metaserver: { leader: critical, 'meta-quorum': critical },
    });
    expect(redOf(await practice().inspectAll())).toEqual({});
  });
});

describe('publishers, subscribers and watchers', () => {
  const practice = practiceOf([sessionserver]);

  it('are summed over the session nodes and held against the inspection before', async () => {
    const { estate, inspectAll } = practice();
    const countsIn = async () =>
      (await inspectAll()).findings.filter(({ check }) => check === 'session-counts');
    const before = await countsIn();
    expect(before.map(({ part, value }) => [part, value])).toEqual([
      ['publishers', 2 * 862],
      ['subscribers', 2 * 1240],
      ['watchers', 2 * 36],
    ]);
    await estate.break('publishers-dropped');
    const after = await countsIn();
    const now = new Date();
    const past = new Map(
      before.map((finding) => [
        findingKey(finding),
        [{ at: new Date(now.getTime() - 600_000), state: finding.state, value: finding.value ?? 0 }],
      ]),
    );
    const { findings } = judgeWithPast(after, past, now, { timeZone: 'UTC', limits: {} });
    expect(findings).toMatchObject([
      { part: 'publishers', state: 'critical', rows: ['REG-C12', 'REG-M23', 'REG-L03'] },
      { part: 'subscribers', state: 'critical' },
      { part: 'watchers', state: 'critical' },
    ]);
    expect(findings[0]?.says.en).toBe(
      '790 publishers; 1724 at the inspection before and 790 now: down 54 %, more than the 10 % of REG-M23',
    );
  });
});

describe('the registry of version 6', () => {
  const version = reg.options?.['version'];
  if (!version) throw new Error('no option');
  const practice = practiceOf(Object.values(registryApps('v6')), {
    ...reg,
    options: { ...reg.options, version: { ...version, usual: 'v6' } },
  });

  it('is in order without raft, and its push switch is understood', async () => {
    const { estate, inspectAll } = practice();
    expect(redOf(await inspectAll())).toEqual({});
    await estate.break('push-closed');
    await estate.break('meta-second-leader', 'metaserver-2');
    expect(redOf(await inspectAll())).toEqual({
      'metaserver-1': { 'push-switch': critical },
      'metaserver-2': { 'push-switch': critical },
      'metaserver-3': { 'push-switch': critical },
      metaserver: { leader: critical },
    });
  });
});
