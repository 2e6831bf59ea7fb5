import { randomBytes } from 'node:crypto';

/** The remote command line and the script sent on its stdin. Standard input stays open afterwards: closing it ends the script. */
export interface Envelope {
  readonly command: string;
  readonly input: string;
  /** Begins the lines `<mark> ready` and `<mark> exit <code>` on standard error, when asked for. */
  readonly mark: string;
}

/**
 * Wraps a script so that nothing of it stays behind. Standard input carries the script and is then the line of life:
 * when it closes (an answer no longer wanted, a cut connection) or after `seconds`, every process of the session is killed.
 * At its end, what it left in its process group gets TERM, stopped or not. A script that arrives cut off is not begun: exit code 125.
 * Works in dash, bash and busybox sh; the login shell only has to understand `exec sh -c '…'`. Where the command is not
 * the leader of its session (a forced command without `exec`), or without /proc, the script runs to its own end.
 * Start with `setsid` whatever must outlive the connection.
 */
export function envelope(script: string, seconds: number, announce: boolean): Envelope {
  if (script.includes('\0')) throw new Error('a script cannot contain NUL');
  const mark = randomBytes(8).toString('hex');
  const input = `${script}\n#${mark}`;
  const say = (what: string): string => (announce ? `echo "${mark} ${what}" >&2; ` : '');
  const program =
    say('ready') +
    `s=$(head -c ${Buffer.byteLength(input)}); case $s in *"#${mark}") ;; *) exit 125;; esac; ` +
    'exec 3<&0 </dev/null; ' +
    // The text after the name of the program in /proc/<pid>/stat: state, parent, process group, session.
    'l=; read -r l </proc/$$/stat; set -- ${l##*) }; L=${4:-0}; set --; ' +
    `if [ "$L" = $$ ]; then ${KILL_SESSION} ` +
    '(exec >/dev/null 2>&1; while read -r l; do :; done <&3; k) & ' +
    `(exec >/dev/null 2>&1 3<&-; sleep ${Math.ceil(seconds)}; k) & fi; ` +
    '(eval "$s") 3<&-; r=$?; ' +
    say('exit $r') +
    'if [ "$L" = $$ ]; then exec 2>/dev/null; trap "" TERM; kill -TERM 0; kill -CONT 0; fi; exit $r';
  return { command: `exec sh -c '${program}'`, input, mark };
}

// `timeout` puts its child into a process group of its own, so the group is not enough: everything of the session goes.
// The leader is stopped first and killed last: its exit, which the other side waits for, says that all the rest is gone.
const KILL_SESSION =
  'k() { kill -STOP $$; read -r l </proc/self/stat; m=${l%% *}; ' +
  'for i in 1 2; do for f in /proc/[0-9]*/stat; do l=; read -r l <$f || continue; set -- ${l##*) }; ' +
  'p=${f#/proc/}; p=${p%/stat}; [ "$4" = $$ ] || continue; case $p in $m|$$) ;; *) kill -KILL $p;; esac; ' +
  'done; done; kill -KILL $$; };';
