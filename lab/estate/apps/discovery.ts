import { defaultLog, errorLog } from '../log-lines.ts';
import type { PracticeApp } from './app.ts';

export const acvip: PracticeApp = {
  id: 'acvip',
  system: 'ACVIP',
  title: { en: 'Service discovery', zh: '服务发现组件' },
  hostName: 'acvip',
  hosts: 2,
  cores: 4,
  memoryGb: 8,
  command:
    'java -server -Xms4g -Xmx4g -Dapp.name=acvip -Dserver.port=9003 -cp /home/admin/acvip/lib/acvip-web.jar com.alipay.antvip.server.AntVipServerBootstrap',
  ports: { 9003: 'open' },
  mainPort: 9003,
  peers: [{ server: 'acvipdb', port: 3306, connections: 2 }],
  components: [],
  logs: [
    errorLog(
      '/home/admin/logs/acvip/common-error.log',
      ['c.a.antvip.server.SyncTask - sync domain failed'],
      'sync',
    ),
    defaultLog('/home/admin/logs/acvip/common-default.log', 'DomainService - 42 domains served'),
    defaultLog('/home/admin/logs/acvip/SyncWeb.log', 'SyncWeb - polling finished, nothing changed'),
  ],
};

export const sessionserver: PracticeApp = {
  id: 'sessionserver',
  system: 'REG',
  title: { en: 'Registry session server', zh: '注册中心 Session' },
  hostName: 'sessionserver',
  hosts: 2,
  cores: 4,
  memoryGb: 8,
  command:
    'java -server -Xms4g -Xmx4g -Dapp.name=registry-session -Dsession.server.port=9600 -jar /home/admin/registry-session/lib/registry-session.jar',
  ports: { 9600: 'open', 9601: 'open', 9602: 'open', 9603: 'registry-health' },
  mainPort: 9600,
  peers: [],
  components: [],
  logs: [
    errorLog(
      '/home/admin/logs/registry/session/common-error.log',
      ['SessionServer - renew data node timeout'],
      'session',
    ),
    defaultLog('/home/admin/logs/registry/session/common-default.log', 'SessionServer - sync meta finished'),
  ],
};
