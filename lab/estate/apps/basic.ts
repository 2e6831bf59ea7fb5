import { casApp, type PatrolRows, resourceRows } from '../cas-app.ts';
import { cloudErrors, connectAnew } from '../resources.ts';
import type { PracticeApp } from './app.ts';

const PATROL = {
  ...resourceRows('BASIC'),
  health: ['BASIC-C08', 'BASIC-C09'],
} satisfies Partial<PatrolRows>;

export const acprovisioncore = casApp({
  id: 'acprovisioncore',
  system: 'BASIC',
  title: { en: 'Resource deployment service', zh: '资源部署服务' },
  ports: { 8341: 'open' },
  peers: [
    { server: 'acprovisioncore', port: 3306, connections: 3 },
    { app: 'aciaasconnectore', port: 12200, connections: 1 },
  ],
  usual: 'TaskScheduler - no resource task waiting',
  errors: ['c.p.provision.TaskRunner - resource task failed, retry later'],
  databases: [{ name: 'acprovisioncore' }],
  rows: {
    ...PATROL,
    ports: ['BASIC-C01', 'BASIC-C03', 'BASIC-M06', 'BASIC-A02'],
    errors: ['RMC-C02', 'RMC-M02', 'RMC-L02', 'RMC-A01'],
  },
});

export const acmetaservice = casApp({
  id: 'acmetaservice',
  system: 'BASIC',
  title: { en: 'Metadata service', zh: '元数据服务' },
  ports: { 8341: 'open' },
  peers: [{ server: 'acmetaservice', port: 3306, connections: 3 }],
  usual: 'RegionCache - 2 regions, 4 zones',
  errors: ['c.p.meta.WorkspaceService - load workspace failed'],
  databases: [{ name: 'acmetaservice' }],
  rows: {
    ...PATROL,
    ports: ['BASIC-C01', 'BASIC-C02', 'BASIC-M05', 'BASIC-A02'],
    errors: ['RMC-C03', 'RMC-M03', 'RMC-L03', 'RMC-A01'],
  },
});

export const aciaasconnectore = casApp({
  id: 'aciaasconnectore',
  system: 'BASIC',
  title: { en: 'IaaS adapter', zh: 'IaaS 适配层' },
  ports: { 8341: connectAnew },
  peers: [],
  usual: 'ConnectionPool - 12 connections to IaaS services',
  errorLog: cloudErrors('/home/admin/logs/aciaasconnectore/common-error.log'),
  rows: {
    ...PATROL,
    ports: ['BASIC-C01', 'BASIC-C04', 'BASIC-M07', 'BASIC-A02'],
    errors: ['RMC-C04', 'RMC-M04', 'RMC-L04', 'RMC-A01'],
  },
});

export const acappcore = casApp({
  id: 'acappcore',
  system: 'BASIC',
  title: { en: 'Technology stack management', zh: '技术栈管理' },
  ports: { 80: 'web-page' },
  peers: [{ server: 'acappcore', port: 3306, connections: 2 }],
  usual: 'StackService - 9 technology stacks',
  errors: ['c.p.appcore.StackService - bind stack failed'],
  databases: [{ name: 'acappcore' }],
  rows: { ...PATROL, ports: ['BASIC-C01', 'BASIC-C05', 'BASIC-M08', 'BASIC-A02'] },
});

export const APPS: readonly PracticeApp[] = [acprovisioncore, acmetaservice, aciaasconnectore, acappcore];
