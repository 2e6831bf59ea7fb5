import { type Check, containerState, lookAt, words } from '../../src/kit/index.ts';

const sourceCheck = { document: '002', section: '3.3.1' } as const;
const state = {
  rows: ['DDS-C06'],
  clause: { document: '002', section: '3.4.2' },
  bad: ['节点宕机', '退出'],
} as const;

/** What only a person at a console can see. */
export const pages: readonly Check[] = [
  lookAt({
    id: 'console-pages',
    title: words('Console functions', '控制台功能'),
    apps: ['ddsconsole'],
    rows: ['DDS-C01'],
    clause: sourceCheck,
    page: words('DDS console > every page of the left column', '数据源管理控制台 > 左列各页面'),
    expect: words('every page works without an error', '各页面正常，无报错'),
  }),
  lookAt({
    id: 'test-data-source',
    title: words('Test data source', '测试数据源'),
    apps: ['ddsconsole'],
    rows: ['DDS-C02'],
    clause: sourceCheck,
    page: words('DDS console > physical data sources > insert', '数据源管理控制台 > 物理数据源 > 新增'),
    expect: words(
      'a new data source configuration can be inserted, with the link check skipped; it goes through DRM. This makes a real data source: only with the test object agreed for it, inside a change window',
      '可新增数据源配置（跳过链接检查），该操作依赖 DRM。会产生真实数据源：仅限约定的测试对象，且在变更窗口内进行',
    ),
    changes: true,
  }),
  containerState({ ...state, id: 'container-state', apps: ['ddsconsole'], names: ['ddsconsole'] }),
  containerState({
    ...state,
    id: 'plan-container-state',
    apps: ['antscheduler', 'drmdata'],
    names: ['antscheduler', 'drmdata'],
  }),
];
