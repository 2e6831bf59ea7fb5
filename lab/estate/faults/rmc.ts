import { resources } from '../resources.ts';
import { type Fault, hostFault } from './fault.ts';

const onConsole = { apps: ['apconsole'], usual: 'apconsole' } as const;

/** What goes wrong between the apps of resource management, and between them and the cloud. */
export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onConsole,
    id: 'console-finds-no-address',
    title: {
      en: 'The console gets no address of the services it calls',
      zh: '控制台获取不到上下游组件的服务地址',
    },
    rows: ['RMC-C08', 'RMC-L05', 'RMC-P01'],
    mendedByRestart: true,
    change: (now) => resources.with(now, { lostAddresses: 6 }),
  }),
  hostFault({
    ...onConsole,
    id: 'console-calls-fail',
    title: { en: 'Very many calls of the console fail', zh: '控制台调用上下游组件大批量报错' },
    rows: ['RMC-C08', 'RMC-P01'],
    change: (now) => resources.with(now, { failedCalls: 40 }),
  }),
  hostFault({
    id: 'cloud-refuses-calls',
    title: { en: 'The cloud refuses calls of the IaaS adapter', zh: 'IaaS 适配层调用阿里云 OpenAPI 失败' },
    rows: ['RMC-C09', 'RMC-F01', 'DEPS-C29', 'DEPS-F01'],
    apps: ['aciaasconnectore'],
    usual: 'aciaasconnectore',
    change: (now) => resources.with(now, { refusedByCloud: 1 }),
  }),
  hostFault({
    id: 'iaas-address-unused',
    title: {
      en: 'A new IaaS address is not used by connections that were opened before',
      zh: '新增的 IaaS 服务访问地址未生效',
    },
    rows: ['RMC-C09', 'RMC-F03', 'DEPS-C29', 'DEPS-F01'],
    apps: ['aciaasconnectore'],
    usual: 'aciaasconnectore',
    all: true,
    mendedByRestart: true,
    change: (now) => resources.with(now, { usesOldAddress: true }),
  }),
];
