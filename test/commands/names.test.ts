import path from 'node:path';
import { describe, expect, it } from 'vitest';
import inspect from '../../commands/inspect.ts';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import type { Inspection, Scope, Words } from '../../src/kit/index.ts';
import { estateFrom } from '../support/estates.ts';

const { inspections } = await loadCatalog(path.resolve('.'));
const ALL = [...inspections.values()];
const SYSTEMS = ALL.map(({ system }) => system);
const APPS = ALL.flatMap(({ system, apps }) => apps.map((app) => ({ ...app, system: system.id })));

/** An estate with every app that the manuals know, each on a host of its own; agents stand beside these. */
const estate = estateFrom(
  Object.fromEntries(
    APPS.filter(({ runsOn }) => runsOn === undefined).map(({ id }, k) => [
      id,
      { hosts: [{ name: `host-${k}`, address: `10.0.0.${k + 1}` }] },
    ]),
  ),
  ALL,
);

const found = (text: string): Scope | string => {
  const intent = inspect.read(text, { estate, catalog: { playbooks: new Map() } });
  if (intent.kind === 'inspect') return intent.scope;
  return intent.kind === 'answer' ? intent.says.en : intent.kind;
};
const theSystem = (id: string): Scope => ({ kind: 'system', ids: [id] });
const theApp = (id: string): Scope => ({ kind: 'app', ids: [id] });
const allNames = ({ id, title, names }: Inspection['system']): readonly string[] => [
  ...new Set([id, title.en, title.zh, ...names]),
];

/** Apps with names that are those of their system as well: a name means the wider thing, and `app:` the app. */
const CALLED_AS_SYSTEM: Readonly<Record<string, readonly string[]>> = {
  acvip: ['acvip', 'ACVIP', 'ant cloud vip'],
  dtxserver: ['dtx'],
  opsware: ['opsware'],
  'business-host': APPS.filter(({ id }) => id === 'business-host').flatMap(allNames),
};

describe('the names of the systems and apps of the manuals', () => {
  it.each(SYSTEMS.map((system) => [system.id, system] as const))('find the system %s alone', (id, system) => {
    expect(allNames(system).map(found)).toEqual(allNames(system).map(() => theSystem(id)));
  });

  it.each(APPS.map((app) => [app.id, app] as const))(
    'find the app %s alone, or its own system',
    (id, app) => {
      const shared = CALLED_AS_SYSTEM[id] ?? [];
      expect(
        allNames(app)
          .filter((name) => !shared.includes(name))
          .map(found),
      ).toEqual(allNames(app).flatMap((name) => (shared.includes(name) ? [] : [theApp(id)])));
      expect(shared.map(found)).toEqual(shared.map(() => theSystem(app.system)));
      expect(shared.map((name) => found(`app:${name}`))).toEqual(shared.map(() => theApp(id)));
    },
  );

  it.each([
    ['注册中心', 'REG'],
    ['服务注册中心', 'REG'],
    ['DDS', 'DDS'],
    ['数据源管理', 'DDS'],
    ['分布式事务', 'DTX'],
    ['dtx', 'DTX'],
    ['消息中心', 'MQ'],
    ['云产品中台', 'MID'],
    ['管控台', 'ONEC'],
    ['链路追踪', 'DST'],
    ['身份访问管理', 'IAM'],
    ['业务主机', 'GEN'],
    ['star_agent', 'STAR'],
  ])('%s is a system', (text, id) => expect(found(text)).toEqual(theSystem(id)));

  it.each([
    ['acmangkhut', 'acmangkhut'],
    ['acmangkut', 'acmangkhut'],
    ['drmserver', 'drmdata'],
    ['OSP', 'osp'],
    ['动态配置', 'drmdata'],
    ['定时任务', 'antscheduler'],
    ['session-server', 'sessionserver'],
    ['aciaasconnectorcore', 'aciaasconnectore'],
    ['opswareorchestrat ion', 'acopswareorchestration'],
    ['star agent', 'staragent'],
    ['starserver2', 'acstarserver2'],
    ['门户', 'portal'],
    ['docker', 'dockerd'],
  ])('%s is an app', (text, id) => expect(found(text)).toEqual(theApp(id)));

  it('are no title of two systems, or of two apps', () => {
    const titlesOf = (all: readonly { readonly title: Words }[]) =>
      all.flatMap(({ title }) => [`en ${title.en.toLowerCase()}`, `zh ${title.zh.toLowerCase()}`]);
    for (const titles of [titlesOf(SYSTEMS), titlesOf(APPS)])
      expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
  });

  it('are not needed to tell the checks of a host apart: an agent there has no title of another', () => {
    for (const { runsOn } of APPS.filter((app) => app.runsOn !== undefined)) {
      const there = APPS.filter(({ id, runsOn: on }) => id === runsOn || on === runsOn);
      const titles = there.flatMap(({ id }) => [
        ...new Set(
          ALL.flatMap(({ checks }) =>
            checks.filter(({ on, apps }) => on === 'host' && apps.includes(id)).map(({ title }) => title.en),
          ),
        ),
      ]);
      expect(titles.length).toBeGreaterThan(there.length);
      expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
    }
  });
});
