import { casApp, resourceRows } from '../cas-app.ts';
import { defaultLog } from '../log-lines.ts';
import { rpcErrors } from '../resources.ts';
import type { PracticeApp } from './app.ts';

export const apconsole = casApp({
  id: 'apconsole',
  system: 'ONEC',
  title: { en: 'Console web entry', zh: '管控台前端' },
  ports: { 80: 'web-page' },
  peers: [
    { app: 'acprovisioncore', port: 12200, connections: 1 },
    { app: 'acmetaservice', port: 12200, connections: 1 },
  ],
  usual: 'ConsoleController - session refreshed',
  errors: ['c.p.console.web.ResourceController - query resource list failed'],
  logs: [rpcErrors('/home/admin/logs/apconsole/rpc/common-error.log')],
  consoles: [{ name: 'consoleng', port: 80 }],
  rows: {
    ports: ['ONEC-C01', 'ONEC-C02', 'ONEC-M05', 'ONEC-A02'],
    health: ['ONEC-C04', 'ONEC-C05'],
    ...resourceRows('ONEC'),
    errors: ['RMC-C01', 'RMC-M01', 'RMC-L01', 'RMC-A01'],
    page: ['ONEC-C03'],
  },
});

/** The manual says what it is for and nothing else. */
export const acprodapigw: PracticeApp = {
  id: 'acprodapigw',
  system: 'ONEC',
  title: { en: 'OpenAPI gateway', zh: 'OpenAPI 网关' },
  hostName: 'acprodapigw',
  hosts: 1,
  cores: 4,
  memoryGb: 8,
  programs: [
    {
      id: 'acprodapigw',
      command:
        'java -server -Xms4g -Xmx4g -Dapp.name=acprodapigw -jar /home/admin/acprodapigw/lib/acprodapigw-bootstrap.jar',
      ports: { 80: 'web-page' },
      logs: [defaultLog('/home/admin/logs/acprodapigw/common-default.log', 'RouteTable - 214 routes served')],
    },
  ],
};

export const APPS: readonly PracticeApp[] = [apconsole, acprodapigw];
