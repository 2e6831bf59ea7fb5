/**
 * The shell functions of a batch, for dash, bash and busybox.
 *
 * `one <number> <seconds> <command>` frames what the command prints. The command runs under a shell of its own, its output
 * through `cat` and then `head`: `cat` is stopped together with the command, so that neither a flood nor a child that keeps
 * the output open holds up the next check, and `head` stays to print what had come. Descriptor 4 brings home
 * `c<exit code of the command>` and `t<exit code of the limit>`; the command gets neither it nor 5, the script's output.
 *
 * What is over its time is killed without asking: after TERM the deaf would stay behind, and a look leaves nothing on a host.
 * GNU timeout kills the whole process group. Others kill one process only: there, the command is killed with everything
 * that descends from it, the youngest first, after all of them were stopped: a parent must not go on when its child ends.
 */
export const BATCH_FUNCTIONS = String.raw`
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; export PATH
exec 5>&1
framed='{ sh -c "$1" 2>&1 4>&-; printf "c%s " "$?" >&4; } | cat 4>&-'
case $(timeout --version 2>/dev/null) in
*GNU*) limited() { timeout -s KILL "$1" sh -c "$framed" sh "$2"; } ;;
*)
  family() {
    all=" $1 "; more=y
    while [ "$more" ]; do
      more=
      for stat in /proc/[0-9]*/stat; do
        line=; read -r line <"$stat" || continue
        set -- ${'$'}{line##*) }; pid=${'$'}{stat#/proc/}; pid=${'$'}{pid%/stat}
        case $all in *" $pid "*) ;; *" $2 "*) all=" $pid$all"; more=y ;; esac
      done
    done
  } 2>/dev/null
  limited() {
    sh -c "$framed" sh "$2" </dev/null & child=$!
    (sleep "$1"; family "$child"; kill -STOP $all; kill -KILL $all) </dev/null >/dev/null 2>&1 4>&- & watch=$!
    wait "$child"; code=$?
    kill "$watch" 2>/dev/null
    return "$code"
  } ;;
esac
clock() { up=; read -r up rest </proc/uptime; } 2>/dev/null
one() {
  clock; printf '\n%s begin %s %s\n' "$nonce" "$1" "$up"
  codes=$( { { limited "$2" "$3" </dev/null 5>&-; printf 't%s ' "$?" >&4; } 2>/dev/null | head -c "$cap" >&5 4>&-; } 4>&1 )
  clock; printf '\n%s end %s %s%s\n' "$nonce" "$1" "$codes" "$up"
}`;
