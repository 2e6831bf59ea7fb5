import { osp, portal } from '../midplatform/osp.ts';
import { type Fault, hostFault } from './fault.ts';

export const FAULTS: readonly Fault[] = [
  hostFault({
    id: 'osp-addresses-lost',
    title: { en: 'OSP has no address of the message queue', zh: 'OSP 未订阅到消息队列的地址' },
    rows: ['MID-C10'],
    apps: ['osp'],
    usual: 'osp',
    mendedByRestart: true,
    change: (now) => osp.with(now, { unsubscribed: ['mq'] }),
  }),
  hostFault({
    id: 'portal-unreported',
    title: { en: 'A portal has not reported its address to OSP', zh: 'Portal 未向 OSP 上报 IP' },
    rows: ['MID-C17', 'MID-F01'],
    apps: ['portal'],
    usual: 'portal',
    mendedByRestart: true,
    change: (now) => portal.with(now, { reportsItself: false }),
  }),
  hostFault({
    id: 'portal-forward-errors',
    title: { en: 'The portal fails to pass requests on', zh: 'Portal 代理转发持续报错' },
    rows: ['MID-L02'],
    apps: ['portal'],
    usual: 'portal',
    change: (now) => portal.with(now, { forwardErrorsPerMinute: 6 }),
  }),
  hostFault({
    id: 'proxy-start-failed',
    title: { en: 'Intelliproxy has failed to start', zh: 'Intelliproxy 启动失败' },
    rows: ['MID-C02', 'MID-C11', 'MID-M02', 'MID-M17', 'MID-L06', 'MID-A02', 'MID-F04'],
    apps: ['intelliproxy'],
    usual: 'intelliproxy',
    mendedByRestart: true,
    change: (now) => ({ ...now, closedPorts: [...now.closedPorts, 80], errorsPerMinute: 12 }),
  }),
];
