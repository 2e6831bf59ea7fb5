import { describe, expect, it } from 'vitest';
import { applicationErrors, componentPatrol, type ComponentPatrol } from '../../../../src/kit/index.ts';

const PATROL: ComponentPatrol = {
  clause: { document: '001', section: '5' },
  patrol: 'BASIC-C01',
  resources: { cpu: 'BASIC-M01', memory: 'BASIC-M02', disk: 'BASIC-M03', load1: 'BASIC-M04' },
  ports: [
    { app: 'core', ports: [8341, 12200], rows: ['BASIC-C02', 'BASIC-M05'] },
    { app: 'web', id: 'front', ports: [80], rows: ['BASIC-C03', 'BASIC-M06'], onlyMonitored: true },
  ],
};

describe('the patrol of components', () => {
  it('asks every component for its ports and its resources, and cites the patrol with each', () => {
    const checks = componentPatrol(PATROL);
    expect(checks.map(({ id, apps, rows }) => [id, apps, rows])).toEqual([
      ['core-ports', ['core'], ['BASIC-C02', 'BASIC-M05', 'BASIC-C01']],
      ['front-ports', ['web'], ['BASIC-C03', 'BASIC-M06', 'BASIC-C01']],
      ['cpu', ['core', 'web'], ['BASIC-M01', 'BASIC-C01']],
      ['memory', ['core', 'web'], ['BASIC-M02', 'BASIC-C01']],
      ['disk', ['core', 'web'], ['BASIC-M03', 'BASIC-C01']],
      ['load', ['core', 'web'], ['BASIC-M04', 'BASIC-C01']],
    ]);
    const limits = checks.flatMap(({ limits: each = {} }) => Object.values(each));
    expect(limits.map(({ row, value }) => [row, value])).toEqual([
      ['BASIC-M01', 90],
      ['BASIC-M02', 90],
      ['BASIC-M03', 90],
      ['BASIC-M04', 4],
    ]);
  });

  it('asks for health and services where the guide does, but for components that only its table names', () => {
    const checks = componentPatrol({ ...PATROL, health: ['BASIC-C08'], services: ['BASIC-C09'] });
    expect(checks.slice(2, 4).map(({ id, apps, rows }) => [id, apps, rows])).toEqual([
      ['health', ['core'], ['BASIC-C08']],
      ['services', ['core'], ['BASIC-C09']],
    ]);
  });
});

describe('the error log of an app', () => {
  const log = {
    app: 'core',
    rows: ['BASIC-C02', 'BASIC-M05'],
    clause: PATROL.clause,
    most: { row: 'BASIC-M05', value: 10 },
  } as const;

  it('is called after the app unless it is named, and lies in its folder', () => {
    expect(applicationErrors(log)).toMatchObject({ id: 'core-errors', apps: ['core'], rows: log.rows });
    expect(applicationErrors({ ...log, id: 'errors' })).toMatchObject({
      id: 'errors',
      limits: { most: log.most },
    });
  });
});
