/**
 * The shell functions of a batch, for dash, bash and busybox.
 *
 * `one <number> <seconds> <command>` frames what the command prints; the end mark goes out together with what comes next, which
 * saves the host a packet. The command runs in a subshell, which costs a fork and
 * nothing more, and is over when it and what it put into the background have ended. Nobody cuts its output here: that is done
 * where it arrives.
 *
 * `watch <process>` looks once a second, beside the checks, and kills the one that is over its time, without asking: after
 * TERM the deaf would stay behind, and a look leaves nothing on a host. The process that runs the checks says in its own name
 * (`due 123456`, hundredths of a second since the host started) when the present one is due: the one word that two shells can
 * share without a file. All that descends from the check is stopped as it is found, so that nothing new comes of it; what lost
 * its parent is known by its session and its age. The check itself is killed last, for with it the script goes on. If another
 * check has begun meanwhile, all of it goes on instead.
 */
export const BATCH_FUNCTIONS = [
  'LC_ALL=C; export LC_ALL',
  'PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; export PATH',
  'clock() { up= now=; read -r up rest </proc/uptime && now=${up%.*}${up#*.}; } 2>/dev/null',
  'look() {',
  '  line=; read -r line </proc/$1/stat || return',
  '  id=${line%% *} name=${line#*(}; name=${name%)*}',
  '  set -- ${line##*) }; parent=$2 session=$4; shift 19; born=$1',
  '} 2>/dev/null',
  'watch() {',
  '  look self; me=$id',
  '  while sleep 1; do',
  '    clock; look "$1" || exit',
  '    due=$name own=$session all= since= more=y',
  '    [ "${due#due }" -lt "$now" ] || continue',
  '    while [ "$more" ]; do',
  '      more=',
  '      for each in /proc/[0-9]*; do',
  '        look "${each#/proc/}" || continue',
  '        case " $1 $me $all" in *" $id "*) continue ;; esac',
  '        case " $all" in',
  '        *" $parent "*) ;;',
  '        *)',
  '          if [ "$parent" = "$1" ]; then since=$born root=$id; else',
  '            [ "$session" = "$own" ] && [ "$parent" != "$me" ] && [ "$born" -ge "$since" ] || continue',
  '            [ "$born" -gt "$since" ] || [ "$id" -gt "$root" ] || continue',
  '          fi ;;',
  '        esac',
  '        kill -STOP "$id"; all="$id $all" more=y',
  '      done',
  '    done',
  '    look "$1"',
  '    if [ "$name" = "$due" ]; then kill -KILL $all; else kill -CONT $all; fi',
  '  done',
  '}',
  'one() {',
  '  printf "due %s" "$((now + ${2}00))" >/proc/self/comm; printf "%s\\n%s begin %s %s\\n" "$end" "$nonce" "$1" "$up"',
  '  (unset nonce end up now rest code main watch; unset -f clock look watch one; trap wait EXIT; eval "set --; $3") </dev/null 2>&1',
  '  code=$?; clock',
  '  end="',
  '$nonce end $1 $code $up',
  '"',
  '} 2>/dev/null',
].join('\n');
