import { dbpserver } from '../../../../lab/estate/apps/dbp.ts';
import { type Seen, seesFaults } from '../seen.ts';

const SERVER = 'dbpserver-1';
const LOGS = 'logs/zdalproxy';

/** Sums of the statistics of a minute, without the seconds whose lines may not be written yet: as many lines of every data source. `sum` is an awk expression over them. */
const stat = (sum: string): string =>
  `now=$(date +%s); awk -F, -v s="$(date -d "@$((now - 65))" '+%F %T')" -v e="$(date -d "@$((now - 5))" '+%F %T')" '$1 >= s && $1 < e { n += $6; t += $7; bad += $5 == "N" ? $6 : 0 } END { print int(${sum}) }' ${LOGS}/sql-stat.log`;
const inLastMinute = (what: string): string =>
  `awk -v s="$(date -d '-1 min' '+%F %T')" 'substr($0, 1, 19) >= s' ${LOGS}/zdal/zdal-monitor.log | grep -c '${what}'`;

const SEEN: Readonly<Record<string, Seen>> = {
  'proxy-overloaded': { on: SERVER, look: stat('n / 10000'), healthy: /^0$/, broken: /^[67]\d$/ },
  'proxy-nearly-idle': { on: SERVER, look: stat('n / 500'), healthy: /^(9|1[012])$/, broken: /^[12]$/ },
  'sql-slow': { on: SERVER, look: stat('t / n / 1000'), healthy: /^0$/, broken: /^(19|2\d)$/ },
  'sql-getting-slower': {
    on: SERVER,
    look: `${stat('t / n / 1000')}; awk -F, -v s="$(date -d '-11 min' '+%F %T')" '$1 < s { n += $6; t += $7 } END { print int(t / n / 1000) }' ${LOGS}/sql-stat.log`,
    healthy: /^0\n0$/,
    broken: /^1[1-4]\n[45]$/,
  },
  'sql-failing': { on: SERVER, look: stat('1000 * bad / n'), healthy: /^0$/, broken: /^1[5-7]$/ },
  'slow-sql-many': { on: SERVER, look: inLastMinute(']Slow sql'), healthy: /^[1-3]$/, broken: /^1[23]\d$/ },
  'proxy-alarm-storm': {
    on: SERVER,
    look: inLastMinute(']Timeout'),
    healthy: /^0$/,
    broken: /^2[4-6]\d$/,
  },
  'database-change-ineffective': {
    on: SERVER,
    look: `grep -c '^- card_ds#[0-9]*#.*#false$' ${LOGS}/config-digest.log; grep -c '#true$' ${LOGS}/config-digest.log`,
    healthy: /^0\n[567]$/,
    broken: /^1[4-6]\n[567]$/,
  },
  'proxy-not-started': {
    on: SERVER,
    look: `grep -c 'CobarServer is started and listening on 8066' ${LOGS}/startup.log; netstat -an | grep -c ':8066 .*LISTEN'`,
    healthy: /^1\n1$/,
    broken: /^0\n0$/,
  },
  'proxy-without-clients': {
    on: SERVER,
    look: 'ss -Htn state established sport = :8066 | wc -l',
    healthy: /^8$/,
    broken: /^0$/,
  },
};

// A host that is off shows nothing itself: the inspection of DBP sees it from the hosts of the console.
seesFaults(['DBP'], [{ ...dbpserver, hosts: 1 }], SEEN, ['proxy-balancer-empty']);
