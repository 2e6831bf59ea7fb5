import { msgbroker } from '../../../../lab/estate/apps/mq.ts';
import { antscheduler, drmdata } from '../../../../lab/estate/apps/ms.ts';
import { CLIENTS } from '../../../../lab/estate/microservice/drm.ts';
import { onlyThen, type Seen, seesFaults } from '../seen.ts';

const SCHEDULER = 'antscheduler-1';
const DRM = 'drmdata-1';
const established = (side: 'src' | 'dst', port: number): string =>
  `ss -Htn state established ${side === 'src' ? 'sport' : 'dport'} = :${port} | wc -l`;
const newest = (log: string, lines: number, then: string): string => `tail -${lines} logs/${log} | ${then}`;

const SEEN: Readonly<Record<string, Seen>> = {
  'scheduler-broker-lost': {
    on: SCHEDULER,
    look: `${established('dst', 9529)}; grep -c "no available connection" logs/antscheduler/common-error.log`,
    healthy: /^2\n0$/,
    broken: /^0\n[1-9]\d*$/,
  },
  'scheduler-without-clients': {
    on: SCHEDULER,
    look: established('src', 9001),
    healthy: /^3$/,
    broken: /^0$/,
  },
  'scheduler-not-ready': onlyThen(SCHEDULER, 'ERROR', 'health-check/common-error.log'),
  'client-without-permission': onlyThen(
    SCHEDULER,
    'client\\[.*\\] has no auth',
    'antscheduler/rpc-server.log',
  ),
  'client-register-failed': onlyThen(SCHEDULER, 'client register failed', 'antscheduler/rpc-server.log'),
  'rpc-task-without-target': onlyThen(SCHEDULER, 'no targets was found', 'antscheduler/job-rpc.log'),
  'message-task-unsent': onlyThen(SCHEDULER, ', failed$', 'antscheduler/job-msg.log'),
  'messages-dropped': {
    on: SCHEDULER,
    // Of the last four minutes, and of the four that ended a minute before the fault.
    look: `awk -v a="$(date -d '-10 min' '+%F %T')" -v b="$(date -d '-6 min' '+%F %T')" -v c="$(date -d '-4 min' '+%F %T')" '{ t = substr($0, 1, 19); if (t > a && t <= b) before++; if (t > c) now++ } END { print int(10 * now / before + 0.5) }' logs/antscheduler/job-msg.log`,
    healthy: /^(9|10|11)$/,
    broken: /^[23]$/,
  },
  'drm-without-clients': {
    on: DRM,
    look: `${established('src', 9880)}; grep -c bolt logs/drmdata/drmdata-heartbeat.log`,
    healthy: new RegExp(`^${CLIENTS}\\n[1-9]\\d+$`),
    broken: /^0\n0$/,
  },
  'drm-heartbeats-abnormal': {
    on: DRM,
    look: newest('drmdata/drmdata-heartbeat.log', 40, "grep -c ' N;'"),
    healthy: /^0$/,
    broken: /^[1-9]\d*$/,
  },
  'drm-clients-stale': {
    on: DRM,
    look: newest('drmdata/drmdata-heartbeat.log', 40, "cut -d ';' -f 7 | sort -u | xargs"),
    healthy: /^0$/,
    broken: /^0 2$/,
  },
  'drm-push-failing': onlyThen(DRM, '\\[push\\].*;1$', 'drmdata/drmdata-push.log'),
  'drm-queue-growing': {
    on: DRM,
    look: 'grep PUSH logs/drmdata/drmdata-threadpool.log | cut -d , -f 3 | sort -cnu && tail -3 logs/drmdata/drmdata-threadpool.log | grep -o "PUSH.*" | cut -d , -f 2',
    healthy: /^[012]?$/,
    broken: /^2\d\d$/,
  },
  'drm-threads-spent': {
    on: DRM,
    look: newest('drmdata/drmdata-threadpool.log', 3, "grep -o 'PUSH.*' | cut -d , -f 3-"),
    healthy: /^8,12,20$/,
    broken: /^20,0,20$/,
  },
};

const one = { hosts: 1 } as const;
seesFaults(
  ['MS'],
  [
    { ...antscheduler, ...one },
    { ...drmdata, ...one },
    { ...msgbroker, ...one },
  ],
  SEEN,
);
