import type { PracticeApp } from '../lab/estate/apps/app.ts';
import { moments } from '../lab/estate/log-lines.ts';

/** What runs on the hosts of a measurement: a message broker with one port, one health check and one log of errors. */
export const BENCH_APP: PracticeApp = {
  id: 'msgbroker',
  system: 'MQ',
  title: { en: 'Message broker', zh: '消息队列 Broker' },
  hostName: 'host',
  hosts: 1,
  cores: 4,
  memoryGb: 8,
  mainPort: 9529,
  components: ['sofaRuntime', 'dataSource'],
  programs: [
    {
      id: 'msgbroker',
      command:
        'java -server -Xms4g -Xmx4g -Dapp.name=msgbroker -Dserver.port=9529 -jar /home/admin/msgbroker/lib/msgbroker-bootstrap.jar',
      ports: { 9529: 'open', 9500: 'check-service' },
      logs: [
        {
          path: '/home/admin/logs/error.log',
          historyMinutes: 5,
          lines: (from, to, { host }) =>
            moments(from, to, 1500, host).map((at) => ({
              at,
              text: ` ERROR [broker-${at % 16}] ${host} send message failed, retry=${at % 200}`,
            })),
        },
      ],
    },
  ],
};
