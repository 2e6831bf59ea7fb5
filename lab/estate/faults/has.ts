import { has } from '../has.ts';
import { type Fault, hostFault } from './fault.ts';

const onHas = { apps: ['acmangkhut'], usual: 'acmangkhut' } as const;

export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onHas,
    id: 'one-has-host-refuses-switch',
    title: { en: 'One HAS host does not take the IAM switch', zh: '一台 HAS 主机拒绝切换 IAM 开关' },
    rows: ['HAS-PR02'],
    change: (now) => has.with(now, { refusesSwitch: true }),
  }),
  hostFault({
    ...onHas,
    id: 'openiam-spelled-otherwise',
    title: { en: 'IAM is opened under other letters than printed', zh: 'openiam 接口的大小写与手册不同' },
    rows: ['HAS-PR04'],
    all: true,
    change: (now) => has.with(now, { openWord: 'otherwise' }),
  }),
];
