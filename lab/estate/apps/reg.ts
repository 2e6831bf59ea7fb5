import { defaultLog, errorLog } from '../log-lines.ts';
import { json, NOT_FOUND } from '../service.ts';
import type { PracticeApp } from './app.ts';

export const sessionserver: PracticeApp = {
  id: 'sessionserver',
  system: 'REG',
  title: { en: 'Registry session server', zh: '注册中心 Session' },
  hostName: 'sessionserver',
  hosts: 2,
  cores: 4,
  memoryGb: 8,
  programs: [
    {
      id: 'sessionserver',
      command:
        'java -server -Xms4g -Xmx4g -Dapp.name=registry-session -Dsession.server.port=9600 -jar /home/admin/registry-session/lib/registry-session.jar',
      ports: {
        9600: 'open',
        9601: 'open',
        9602: 'open',
        9603: ({ path }) =>
          path === '/health/check' ? json(200, { success: true, message: '' }) : NOT_FOUND,
      },
      logs: [
        errorLog(
          '/home/admin/logs/registry/session/common-error.log',
          ['SessionServer - renew data node timeout'],
          'session',
        ),
        defaultLog(
          '/home/admin/logs/registry/session/common-default.log',
          'SessionServer - sync meta finished',
        ),
      ],
    },
  ],
  mainPort: 9600,
};

export const APPS: readonly PracticeApp[] = [sessionserver];
