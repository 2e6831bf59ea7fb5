import { sh } from '../kit/index.ts';
import type { OnceCommand, OnceFrame } from '../kit/targets.ts';
import { effectScript } from './once-marker.ts';

/** Bytes of a command's output that are kept. */
const OUTPUT_BYTES = 65_536;

/** Runs a command behind its marker, ends it at its time limit, and keeps its output and exit code in the marker. */
export function commandScript(
  once: OnceFrame,
  { command, as, timeoutSeconds, graceSeconds }: OnceCommand,
  deadline: number,
  folder: string,
): string {
  const facts = sh`command=${command} user=${as?.user ?? ''} asuser=${as?.command ?? ''} limit=${timeoutSeconds} grace=${graceSeconds}`;
  const names = 'command user asuser limit grace';
  return effectScript(
    once,
    folder,
    deadline,
    facts,
    names,
    [GROUP, TELL_COMMAND, END_COMMAND, RUN].join('\n'),
  );
}

/**
 * The leader of the command's session waits for the command alone and writes its exit code down, over a line written before it began:
 * that takes no room on a disk that has filled up meanwhile. It has no part in TERM, and goes last.
 */
const LEADER = String.raw`trap : TERM INT HUP
read -r l </proc/$$/stat; set -- ${'$'}{l##*) }
echo "$$ ${'$'}{20}" >"$m/leader.new" && mv "$m/leader.new" "$m/leader"
( umask "$usual"
  set -- "$run"
  export FETTLE_STEP="$mark"
  unset mark d m fences fence usual deadline command user asuser limit grace run p l
  exec sh -c "$1" ) </dev/null >"$m/pipe" 2>&1
r=$?
printf 'ended %s' "$r" 1<>"$m/end"
mv "$m/end" "$m/rc"`;

/** Reads as it comes, and goes on reading when it has enough or cannot write: neither may stop the command, nor what it leaves behind. */
const READER = `dd bs=1 count=${OUTPUT_BYTES} >"$m/out" 2>/dev/null
exec cat >/dev/null`;

const RUN = `leader_program=${quoted(LEADER)}
reader_program=${quoted(READER)}
${String.raw`
if [ -z "$user" ] || [ "$(id -un)" = "$user" ]; then run=$command; else
  id "$user" >/dev/null 2>&1 || { end unsent "the host has no user $user"; exit 0; }
  command -v sudo >/dev/null 2>&1 || { end unsent the host has no sudo; exit 0; }
  run=$asuser
fi
printf '%s\n%s\n' "$user" "$run" >"$m/command" && printf '%64s\n' '' >"$m/end" && : >"$m/out" && mkfifo "$m/pipe" &&
  read -r up0 x </proc/uptime && echo "${'$'}{up0%%.*}" >"$m/since" ||
  { end unsent the host cannot write the command down; exit 0; }
export run
start
setsid sh -c "$reader_program" <"$m/pipe" >/dev/null 2>&1 &
reader=$!
setsid sh -c "$leader_program" </dev/null >/dev/null 2>&1 &
leader=$!
n=0
while [ ! -f "$m/rc" ] && kill -0 $leader 2>/dev/null; do
  [ "$(lasted)" -lt "$limit" ] || { cut_short limit; break; }
  if [ $n -lt 30 ]; then nap; n=$((n + 1)); else sleep 1; fi
done
wait $leader 2>/dev/null
: <>"$m/pipe"
n=0; while kill -0 $reader 2>/dev/null && [ $n -lt 10 ]; do nap; n=$((n + 1)); done
trap '' PIPE
if [ -f "$m/rc" ]; then read -r w s <"$m/rc"; tell_ended "$s"; else say broken; fi
`}`;

/** Who belongs to a command: its session, what descends from it, and what was seen to belong before. The leader itself is left out. */
export const GROUP = String.raw`nap() { sleep 0.1 2>/dev/null || sleep 1; }
lasted() { read -r u x </proc/uptime; s0=$(cat "$m/since" 2>/dev/null || echo "${'$'}{u%%.*}"); echo $((${'$'}{u%%.*} - s0)); }
stat_of() { l=; read -r l 2>/dev/null <"/proc/$1/stat"; case $l in *') '*) ;; *) return 1;; esac; }
there() { stat_of "${'$'}{1%%.*}" || return 1; set -- "$1" ${'$'}{l##*) }; [ "$2" != Z ] && [ "${'$'}{21}" = "${'$'}{1#*.}" ]; }
goes_on() { [ -f "$m/leader" ] && read -r g h <"$m/leader" && there "$g.$h"; }
members() {
  g=; [ ! -f "$m/leader" ] || read -r g h <"$m/leader"
  [ -n "$g" ] || return 0
  table=
  for f in /proc/[0-9]*; do
    q=${'$'}{f#/proc/}; stat_of "$q" || continue
    set -- ${'$'}{l##*) }
    [ "$1" = Z ] || table="$table $q:$2:$4:${'$'}{20}"
  done
  of=" $g "; more=1
  while [ -n "$more" ]; do
    more=
    for row in $table; do
      q=${'$'}{row%%:*} row=${'$'}{row#*:}; pp=${'$'}{row%%:*} row=${'$'}{row#*:}; ss=${'$'}{row%%:*}
      case $of in *" $q "*) continue;; esac
      case "$of" in *" $pp "*) ;; *) [ "$ss" = "$g" ] || continue;; esac
      of="$of$q "; more=1; case " $known " in *" $q.${'$'}{row#*:} "*) ;; *) known="$known $q.${'$'}{row#*:}";; esac
    done
  done
  still=
  for each in $known; do ! there "$each" || still="$still $each"; done
  known=$still
}
known=`;

/** TERM to all of it, KILL after the grace, then a look: what is still there stands in `left`. A process of another user is reached as that user. */
export const END_COMMAND = String.raw`hit() {
  for each in $known; do
    q=${'$'}{each%%.*}
    kill -"$1" "$q" 2>/dev/null && continue
    there "$each" || continue
    u=$(head -n 1 "$m/command")
    [ -n "$u" ] && { sudo -n -u "$u" -- kill -"$1" "$q" || sudo -n -u "$u" -- sh -c 'kill -"$1" "$2"' sh "$1" "$q"; } >/dev/null 2>&1 </dev/null
  done
}
gone_within() {
  read -r u x </proc/uptime; till=$((${'$'}{u%%.*} + $1))
  while :; do
    members
    [ -n "$known" ] || return 0
    read -r u x </proc/uptime; [ "${'$'}{u%%.*}" -lt $till ] || return 1
    nap
  done
}
strays() { grep -sl "FETTLE_STEP=$mark" /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r x y q z; do
    [ "$q" != "$g" ] && stat_of "$q" && { set -- ${'$'}{l##*) }; [ "$1" = Z ] || echo "$q.${'$'}{20}"; }; done; }
cut_short() {
  echo "$1" >"$m/cut"
  n=0; while [ ! -f "$m/leader" ] && [ $n -lt 20 ]; do nap; n=$((n + 1)); done
  members; hit TERM
  gone_within "$grace" || { hit KILL; gone_within 5 || :; }
  n=0; while [ ! -f "$m/rc" ] && goes_on && [ $n -lt 20 ]; do nap; n=$((n + 1)); done
  for each in $known $(strays); do echo "$each"; done | sort -u >"$m/left"
  [ -f "$m/rc" ] || goes_on || { printf 'ended - ' 1<>"$m/end"; mv "$m/end" "$m/rc"; }
}`;

/** Tells the end as it was written down: exit code, why it was cut short, and how many of what was left are there now. */
export const TELL_COMMAND = String.raw`tell_ended() {
  c=$(cat "$m/cut" 2>/dev/null); k=0
  if [ -f "$m/left" ]; then while read -r each; do ! there "$each" || k=$((k + 1)); done <"$m/left"; fi
  say ended "${'$'}{1%% *}" "${'$'}{c:--}" $k
  head -c ${OUTPUT_BYTES} "$m/out"
}`;

/** For a program text within a program text. */
function quoted(program: string): string {
  return sh`${program}`;
}
