import { sh, type ShellCommand } from '../kit/index.ts';
import type { OnceFrame } from '../kit/targets.ts';

/** Says the host's clock, what can send a request there within a time limit, and what a command needs. Changes nothing. */
export const PROBE = String.raw`date +%s
command -v curl >/dev/null 2>&1 && echo curl
timeout 5 sh -c : 2>/dev/null && for t in bash wget; do command -v $t >/dev/null 2>&1 && echo $t; done
for t in setsid mkfifo dd; do command -v $t >/dev/null 2>&1 && echo $t; done
[ -r /proc/$$/stat ] && [ -r /proc/uptime ] && echo /proc
true`;

type Named = Pick<OnceFrame, 'runId' | 'no' | 'fence'>;

/** Begins the line that answers; what a login file prints cannot be taken for one. */
export const answerMark = ({ runId, no }: Pick<Named, 'runId' | 'no'>): string => `@${runId}.${no}`;

/**
 * Takes a create-once marker in a folder that only this account can reach, then has the effect carried out. `facts` are the
 * assignments that it reads, `deadline` is by the host's clock. In a session of its own where that can be had: a lost connection
 * then does not keep the result from being written down.
 */
export const effectScript = (
  once: Named,
  folder: string,
  deadline: number,
  facts: ShellCommand,
  names: string,
  effect: string,
): string =>
  [
    namesOf(once, folder),
    sh`deadline=${deadline}`,
    facts,
    OPEN,
    `export mark d m fences fence usual deadline ${names}`,
    sh`p=${`${SAY}${TAKE}${effect}`}`,
    'if command -v setsid >/dev/null 2>&1; then setsid sh -c "$p"; else sh -c "$p"; fi',
  ].join('\n');

/** The assignments that every script about one step begins with. */
export const namesOf = (once: Named, folder: string): ShellCommand =>
  sh`mark=${answerMark(once)} base=${folder} name=${`${once.runId}.${once.no}`} fences=${`${once.runId}.fence`} fence=${once.fence}`;

const SAY = `say() { echo "$mark $*"; }
`;

/** Opens the folder of the markers. It survives a reboot where the machine has such a folder; never the one that goes with the login session. */
export const OPEN = String.raw`${SAY}usual=$(umask)
umask 077
[ -d "$base" ] || base=/tmp
d=$base/fettle-$(id -u) m=$base/fettle-$(id -u)/$name
mkdir "$d" 2>/dev/null
if [ -L "$d" ] || [ ! -O "$d" ]; then say no-marker; exit 0; fi
case $(ls -ld "$d") in drwx------*) ;; *) say no-marker; exit 0;; esac`;

/**
 * The marker is made first and the fence read after it; whoever looks writes the fence first and reads the marker after
 * it. One of the two always sees the other. An effect calls \`start\` directly before it begins: a marker without it, whose
 * maker is gone, is proof that nothing was begun.
 */
const TAKE = String.raw`
umask 077
find "$d" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} + 2>/dev/null
[ "$(date +%s)" -le "$deadline" ] || { say late; exit 0; }
mkdir "$m" 2>/dev/null || { if [ -d "$m" ]; then say already; else say no-marker; fi; exit 0; }
end() { echo "$*" >"$m/rc.new" && mv "$m/rc.new" "$m/rc"; say "$*"; }
start() { mkdir "$m/start" || { end unsent the host cannot write down that it begins; exit 0; }; }
: >"$m/tells-start" && echo $$ >"$m/pid"
seen=$(cat "$d/$fences" 2>/dev/null || echo 0)
[ "$seen" -le "$fence" ] || { end fenced; exit 0; }
echo "$fence" >"$m/fence" && mv "$m/fence" "$d/$fences"
`;
