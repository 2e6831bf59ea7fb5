import { dataSources } from '../apps/dds.ts';
import { type Fault, hostFault } from './fault.ts';

const onConsole = { apps: ['ddsconsole'], usual: 'ddsconsole' } as const;

export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onConsole,
    id: 'dds-data-source-failing',
    title: { en: 'DDS gets no connection to its database', zh: 'DDS 数据库连接异常' },
    rows: ['DDS-C05', 'DDS-M05', 'DDS-L01', 'DDS-A05'],
    change: (now) => dataSources.with(now, { connectionErrorsPerMinute: 6 }),
  }),
  hostFault({
    ...onConsole,
    id: 'dds-push-failing',
    title: { en: 'Pushes of data sources through DRM fail', zh: '数据源经 DRM 推送失败' },
    rows: ['DDS-C05', 'DDS-M06', 'DDS-L02', 'DDS-A06'],
    change: (now) => dataSources.with(now, { pushErrorsPerMinute: 4 }),
  }),
];
