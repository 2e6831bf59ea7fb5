/**
 * The shell functions of a batch, for dash, bash and busybox.
 *
 * `one <number> <seconds> <command>` frames what the command prints. The exit code travels beside the output on descriptor 3,
 * because `head` ends the pipe; the command itself gets neither 3 nor 4, so it cannot reach the frame.
 * Without `timeout`, `limited` watches the command itself and ends it with all its descendants, found through /proc.
 */
export const BATCH_FUNCTIONS = String.raw`
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; export PATH
clock() { up=; { read -r up rest </proc/uptime; } 2>/dev/null; }
if timeout -k 1 5 true >/dev/null 2>&1; then
  limited() { timeout -k 1 "$1" sh -c "$2"; }
else
  end_tree() {
    kill -STOP "$1" 2>/dev/null
    for stat in /proc/[0-9]*/stat; do
      line=; { read -r line <"$stat"; } 2>/dev/null
      set -- "$1" "${'$'}{line%% *}" ${'$'}{line##*) }
      if [ "$4" = "$1" ]; then ( end_tree "$2" ); fi
    done
    kill -KILL "$1" 2>/dev/null
  }
  limited() {
    sh -c "$2" & child=$!
    ( exec >/dev/null 2>&1; sleep "$1"; end_tree "$child" ) & watch=$!
    wait "$child" 2>/dev/null; code=$?
    ( end_tree "$watch" ) >/dev/null 2>&1
    wait "$watch" 2>/dev/null
    return "$code"
  }
fi
one() {
  clock; printf '\n%s begin %s %s\n' "$nonce" "$1" "$up"
  { code=$( { { ( limited "$2" "$3" ) </dev/null 2>&1 3>&- 4>&-; echo $? >&3; } | head -c "$cap" >&4 3>&-; } 3>&1 ); } 4>&1
  clock; printf '\n%s end %s %s %s\n' "$nonce" "$1" "$code" "$up"
}`;
