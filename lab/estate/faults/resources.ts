import { hostFault } from './fault.ts';

const anywhere = { apps: [], usual: 'msgbroker' } as const;

/** Disk, load, memory, processor and error lines. */
export const RESOURCE_FAULTS = [
  hostFault({
    ...anywhere,
    id: 'disk-full',
    title: { en: 'The disk of /home/admin is full', zh: '/home/admin 磁盘写满' },
    rows: ['MQ-M01', 'MQ-M16', 'MQ-A02'],
    change: (now) => ({ ...now, diskFilledTo: 0.97 }),
  }),
  hostFault({
    ...anywhere,
    id: 'load-high',
    title: { en: 'High load average', zh: '系统负载过高' },
    rows: ['MQ-M17', 'MQ-A02'],
    change: (now) => ({ ...now, load: 9.4 }),
  }),
  hostFault({
    ...anywhere,
    id: 'memory-high',
    title: { en: 'Memory nearly used up', zh: '内存使用率过高' },
    rows: ['MQ-M03', 'MQ-M15', 'MQ-A02'],
    change: (now) => ({ ...now, memoryUsed: 0.95 }),
  }),
  hostFault({
    ...anywhere,
    id: 'cpu-high',
    title: { en: 'Processors nearly always busy', zh: 'CPU 使用率过高' },
    rows: ['MQ-M04', 'MQ-M14', 'MQ-A02'],
    change: (now) => ({ ...now, cpuBusy: 0.96 }),
  }),
  hostFault({
    ...anywhere,
    id: 'error-burst',
    title: { en: 'Many lines in common-error.log', zh: 'common-error.log 大量报错' },
    rows: ['MQ-C13', 'MQ-F06'],
    change: (now) => ({ ...now, errorsPerMinute: 60 }),
  }),
] as const;
