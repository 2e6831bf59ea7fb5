import { discovery } from '../apps/acvip.ts';
import { type Fault, hostFault } from './fault.ts';

export const FAULTS: readonly Fault[] = [
  hostFault({
    id: 'default-log-too-large',
    title: {
      en: 'common-default.log fills the disk of a discovery server',
      zh: 'common-default.log 过大，占满磁盘',
    },
    rows: ['ACVIP-M01', 'ACVIP-M06', 'ACVIP-A01', 'ACVIP-F03'],
    apps: ['acvip'],
    usual: 'acvip',
    change: (now) => discovery.with(now, { defaultLogMegabytes: 14 }),
  }),
];
