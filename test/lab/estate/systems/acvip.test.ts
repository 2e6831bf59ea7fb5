import { acvip } from '../../../../lab/estate/apps/acvip.ts';
import { type Seen, seesFaults } from '../seen.ts';

const SEEN: Readonly<Record<string, Seen>> = {
  'default-log-too-large': {
    on: 'acvip-1',
    look: "df -P /home/admin | awk 'NR == 2 { print ($3 / $2 > 0.8) }'; ls -S logs/acvip | head -1",
    healthy: /^0\n/,
    broken: /^1\ncommon-default.log$/,
  },
};

seesFaults(['ACVIP'], [{ ...acvip, hosts: 1 }], SEEN);
