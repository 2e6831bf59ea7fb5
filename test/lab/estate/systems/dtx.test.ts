import { dtxconsole, dtxserver } from '../../../../lab/estate/apps/dtx.ts';
import { type Seen, seesFaults } from '../seen.ts';

const SERVER = 'dtxserver-1';
const ports = 'ss -Hltn | awk \'{sub(/.*:/,"",$4); print $4}\' | sort -n | xargs';

const SEEN: Readonly<Record<string, Seen>> = {
  'transaction-exceptions': {
    on: SERVER,
    look: `awk -v s="$(date -d '-1 min' '+%F %T')" 'substr($0, 1, 19) >= s' logs/dtxserver/common-error.log | wc -l`,
    healthy: /^0$/,
    broken: /^1[345]$/,
  },
  'transaction-rpc-port-lost': {
    on: SERVER,
    look: ports,
    healthy: /^2022 12200 14200$/,
    broken: /^2022 14200$/,
  },
  'participant-failing': {
    on: SERVER,
    look: 'tail -1 logs/dtxserver/dtx-recovery.log | grep -o "[0-9]*$"; grep -c "commit card-participant failed" logs/dtxserver/dtx-remote.log',
    healthy: /^0\n0$/,
    broken: /^17\n2\d$/,
  },
  'transaction-database-slow': {
    on: SERVER,
    look: 'tail -1 logs/dtxserver/dtx-dal.log | grep -o "[0-9]* ms"',
    healthy: /^[34] ms$/,
    broken: /^2[45] ms$/,
  },
  'dtx-console-inner-port-lost': {
    on: 'dtxconsole-1',
    look: ports,
    healthy: /^80 2022 8080$/,
    broken: /^80 2022$/,
  },
};

const one = { hosts: 1 } as const;
seesFaults(
  ['DTX'],
  [
    { ...dtxserver, ...one },
    { ...dtxconsole, ...one },
  ],
  SEEN,
);
