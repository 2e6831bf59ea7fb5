/**
 * The shell functions of a batch, for dash, bash and busybox.
 *
 * `one <number> <seconds> <command>` frames what the command prints. The exit code travels beside the output on descriptor 3,
 * because `head` ends the pipe; the command itself gets neither 3 nor 4, so it cannot reach the frame.
 * GNU `timeout` ends a command with its process group; other kinds leave its children behind, which would hold the pipe open.
 * Where there is none, `limited` watches the command itself and ends it with all its descendants, found through /proc.
 */
export const BATCH_FUNCTIONS = String.raw`
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; export PATH
clock() { up=; { read -r up rest </proc/uptime; } 2>/dev/null; }
case $(timeout --version 2>/dev/null) in
*GNU*) limited() { timeout -k 1 "$1" sh -c "$2"; } ;;
*)
  end_tree() {
    all=" $1 " found=1
    kill -STOP "$1"
    while [ -n "$found" ]; do
      found=
      for stat in /proc/[0-9]*/stat; do
        line=; read -r line <"$stat"
        set -- ${'$'}{line%% *} ${'$'}{line##*) }
        case $all in *" $1 "*) continue ;; esac
        case $all in *" $3 "*) kill -STOP "$1"; all="$all$1 "; found=1 ;; esac
      done
    done
    kill -KILL $all
  }
  limited() {
    sh -c "$2" & child=$!
    # Looks every second, so that what remains of it after a quick command is a second at most.
    ( exec >/dev/null 2>&1; i=0; while [ "$i" -lt "$1" ]; do sleep 1; i=$((i + 1)); done; end_tree "$child" ) & watch=$!
    wait "$child" 2>/dev/null; code=$?
    kill -KILL "$watch" 2>/dev/null
    wait "$watch" 2>/dev/null
    return "$code"
  } ;;
esac
one() {
  clock; printf '\n%s begin %s %s\n' "$nonce" "$1" "$up"
  { code=$( { { ( limited "$2" "$3" ) </dev/null 2>&1 3>&- 4>&-; echo $? >&3; } | head -c "$cap" >&4 3>&-; } 3>&1 ); } 4>&1
  clock; printf '\n%s end %s %s %s\n' "$nonce" "$1" "$code" "$up"
}`;
