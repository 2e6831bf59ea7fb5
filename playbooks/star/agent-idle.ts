import { sh, type ShellCommand, type Step, words } from '../../src/kit/index.ts';

const LOG = '/home/staragent/log/staragent_core.log';
/** A command of the platform that was begun since then may still run. */
const RECENT_SECONDS = 300;

/** Shows the agent as the manual has it looked at, and fails unless no command of the platform runs on the host. */
export const agentIsIdle = (host: string): Step => ({
  kind: 'shell',
  title: words(`No command of the platform runs on ${host}`, `${host} 上没有平台任务在执行`),
  cites: ['STAR-F01.1', 'STAR-F01.2', 'STAR-F01.3'],
  host,
  command: agentIdleCommand(LOG),
  timeoutSeconds: 30,
});

/**
 * Reads only. Ends with 0 when the agent has no child but itself, and the newest command in its log is older than five minutes. What
 * cannot be seen counts as a command.
 */
export const agentIdleCommand = (log: string): ShellCommand => sh`log=${log}
ps -ef | grep staragent
netstat -anlp 2>/dev/null | grep 8000
tail -n 200 "$log"
ps -eo pid=,ppid=,args= | awk '
  { agent[$1] = $0 ~ /(^|[\/ ])staragentd( |$)/; parent[$1] = $2; line[$1] = $0 }
  END {
    for (pid in parent) if (!agent[pid] && agent[parent[pid]]) { print "command under way: " line[pid]; busy = 1 }
    if (NR < 2) { print "the processes cannot be seen"; busy = 1 }
    exit busy
  }' || exit 1
[ -e "$log" ] || exit 0
[ -r "$log" ] || { echo "the log cannot be read"; exit 1; }
last=$(tail -n 5000 "$log" | grep exeurl | tail -n 1 | cut -c 1-19)
[ -n "$last" ] || exit 0
limit=$(date -d "@$(($(date +%s) - ${RECENT_SECONDS}))" '+%Y-%m-%d %H:%M:%S') || exit 1
case $last in
  [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]\ [0-9][0-9]:[0-9][0-9]:[0-9][0-9]) ;;
  *) echo "the time of the last command cannot be read: $last"; exit 1;;
esac
awk -v last="$last" -v limit="$limit" 'BEGIN { exit !(last < limit) }' && exit 0
echo "last command at $last, less than ${RECENT_SECONDS} s ago"
exit 1`;
