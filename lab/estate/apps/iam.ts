import { casApp, type PatrolRows, resourceRows } from '../cas-app.ts';
import type { PracticeApp } from './app.ts';

const PATROL = {
  ...resourceRows('IAM'),
  health: ['IAM-C05', 'IAM-C06', 'HAS-C03'],
} satisfies Partial<PatrolRows>;

export const aciamweb = casApp({
  id: 'aciamweb',
  system: 'IAM',
  title: { en: 'IAM web front end', zh: 'IAM 前端' },
  ports: { 80: 'web-page' },
  peers: [{ app: 'aciamcore', port: 12200, connections: 2 }],
  usual: 'LoginController - 31 sessions open',
  errors: ['c.p.iam.web.LoginController - login failed, core does not answer'],
  consoles: [{ name: 'admin', port: 80 }],
  rows: { ...PATROL, ports: ['IAM-C01', 'IAM-C02', 'IAM-M05', 'IAM-A02'] },
});

export const aciamcore = casApp({
  id: 'aciamcore',
  system: 'IAM',
  title: { en: 'IAM core service', zh: 'IAM 核心服务' },
  ports: { 8341: 'open' },
  peers: [{ server: 'aciamcore', port: 3306, connections: 3 }],
  usual: 'PermissionCache - refreshed',
  errors: ['c.p.iam.core.PermissionService - load permissions failed'],
  databases: [{ name: 'aciamcore' }],
  rows: { ...PATROL, ports: ['IAM-C01', 'IAM-C03', 'IAM-M06', 'IAM-A02'] },
});

export const APPS: readonly PracticeApp[] = [aciamweb, aciamcore];
