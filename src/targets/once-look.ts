import { sh, type ShellCommand } from '../kit/index.ts';
import type { LookOnce } from '../kit/targets.ts';
import { END_COMMAND, GROUP, TELL_COMMAND } from './once-command.ts';
import { namesOf, OPEN } from './once-marker.ts';

/** Reads the marker, waiting for what is under way; makes it when there is none, so that nothing can be begun any more. */
export const lookScript = (once: LookOnce, folder: string): string =>
  [namesOf(once, folder), sinceOf(once), OPEN, FENCE, GROUP, TELL_COMMAND, LOOK].join('\n');

/** Ends a command that is under way, and looks. */
export const cancelScript = (once: LookOnce, folder: string, graceSeconds: number): string =>
  [
    namesOf(once, folder),
    sinceOf(once),
    sh`grace=${graceSeconds}`,
    OPEN,
    FENCE,
    GROUP,
    END_COMMAND,
    TELL_COMMAND,
    CANCEL,
    LOOK,
  ].join('\n');

const sinceOf = ({ since, waitSeconds = 15 }: LookOnce): ShellCommand =>
  sh`patience=${waitSeconds} since=${Math.floor(since.getTime() / 1000)} asked=${Math.floor(Date.now() / 1000)} kept=${MARKERS_KEPT_SECONDS}`;

/** Machines commonly clean /tmp of what is older than ten days. */
const MARKERS_KEPT_SECONDS = 7 * 24 * 3600;

/**
 * Writes the fence, then makes the marker where there is none. A host that was started since may have lost its marker, and a cleaner
 * takes old ones: then nobody knows, and the marker made now only keeps it so. A clock may have been set since: it was not started
 * only when its clock and its uptime both say so.
 */
const FENCE = String.raw`now=$(cat "$d/$fences" 2>/dev/null || echo 0)
if [ "$now" -lt "$fence" ]; then echo "$fence" >"$d/$fences.$$" && mv "$d/$fences.$$" "$d/$fences"; fi
up=
b=$(sed -n 's/^btime //p' /proc/stat)
t=$(getconf CLK_TCK 2>/dev/null || echo 100)
read -r l </proc/1/stat; l=$(echo "$l" | sed 's/.*) //' | cut -d ' ' -f 20)
a=$(cut -d . -f 1 /proc/uptime 2>/dev/null)
[ -n "$b" ] && [ -n "$l" ] && [ -n "$a" ] && up=$((b + l / t)) age=$((a - l / t)) ago=$((asked - since))
if mkdir "$m" 2>/dev/null; then
  r=begun
  [ -n "$up" ] && [ "$up" -lt $((since - 10)) ] && [ "$age" -gt $((ago + 10)) ] &&
    [ "$ago" -lt "$kept" ] && [ "$(date +%s)" -lt $((since + kept)) ] && r=never
  echo "$r" >"$m/rc"; say "$r"; exit 0
fi
[ -d "$m" ] || { say no-marker; exit 0; }
taken() { p=$(cat "$m/pid" 2>/dev/null); [ -n "$p" ] && kill -0 "$p" 2>/dev/null; }`;

/** Waits for what is under way, and tells what the marker holds. */
const LOOK = String.raw`n=0
while [ ! -f "$m/rc" ] && [ $n -lt "$patience" ]; do
  [ ! -f "$m/pid" ] || taken || goes_on || break
  sleep 1; n=$((n + 1))
done
w= s=
[ -f "$m/rc" ] && read -r w s <"$m/rc"
case $w in
  never|fenced|unsent) say never;;
  done) say happened "$s"; head -c 65536 "$m/reply";;
  ended) tell_ended "$s";;
  *)
    if [ -f "$m/command" ] && { goes_on || taken; }; then say running "$(lasted)"
    elif [ -f "$m/tells-start" ] && [ -f "$m/pid" ] && ! taken && [ ! -d "$m/start" ]; then say never
    elif [ -f "$m/since" ]; then say begun "$(lasted)"
    else say begun; fi;;
esac`;

/** The maker of the marker goes first, so that it begins nothing any more and ends nothing beside this. */
const CANCEL = String.raw`if [ ! -f "$m/rc" ] && [ -f "$m/command" ]; then
  if taken; then kill -KILL "$p"; k=0; while taken && [ $k -lt 30 ]; do nap; k=$((k + 1)); done; fi
  [ ! -d "$m/start" ] || cut_short cancelled
fi`;
