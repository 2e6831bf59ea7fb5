import { part, sh, type ShellCommand } from '../shell.ts';
import type { FileAct } from './file-act.ts';

/**
 * Checks every file, then changes them, each checked again directly before. Ends with 0 when all are done, with 3 when one differs and
 * none was touched, with 4 when one differed on the way. Says of each file `@file <number> <word>`.
 */
export function fileScript(directory: string, files: readonly FileAct[]): ShellCommand {
  const all = (verb: 'look' | 'act'): ShellCommand =>
    files
      .map(
        (each, at) =>
          sh`${verb} ${at} ${each.act} ${each.inode} ${each.sizeBytes} ${each.modified} ${keepOf(each)} ${each.name}`,
      )
      .join('\n') as string as ShellCommand;
  return sh`directory=${directory}
${part(CHECKS as string as ShellCommand)}
bad= open=$(opened)
${part(all('look'))}
[ -z "$bad" ] || exit 3
open=$(opened)
${part(all('act'))}
[ -z "$bad" ] || exit 4`;
}

const keepOf = (each: FileAct): number => (each.act === 'truncate' ? (each.keepLines ?? 0) : 0);

/**
 * `enter` goes down name by name and never through a link: what follows is done in that very folder, whatever its path means by
 * then. A file is truncated through a descriptor that was opened first and compared after it.
 */
const CHECKS = String.raw`say() { echo "@file $1 $2"; }
differs() { say "$1" "$2"; bad=1; }
enter() {
  rest=${'$'}{1#/}
  while [ -n "$rest" ]; do
    step=${'$'}{rest%%/*}
    case $rest in */*) rest=${'$'}{rest#*/};; *) rest=;; esac
    [ ! -L "./$step" ] && [ -d "./$step" ] && cd "./$step" || return 1
  done
}
place() {
  cd / && enter "$directory" || { differs "$1" directory; return 1; }
  case $2 in */*) enter "${'$'}{2%/*}" || { differs "$1" link; return 1; };; esac
  base=./${'$'}{2##*/}
}
same() {
  if [ "$2" = remove ]; then
    [ "$s" = "$4" ] || { differs "$1" size; return 1; }
    [ "$t" = "$5" ] || { differs "$1" time; return 1; }
  else
    [ "$s" -ge "$4" ] || { differs "$1" size; return 1; }
    [ "$t" -ge "$5" ] || { differs "$1" time; return 1; }
  fi
}
check() {
  place "$1" "$7" || return 1
  [ ! -L "$base" ] || { differs "$1" link; return 1; }
  [ -e "$base" ] || { differs "$1" gone; return 1; }
  [ -f "$base" ] || { differs "$1" not-a-file; return 1; }
  f=$(stat -c '%i %s %Y %d' "$base") || { differs "$1" gone; return 1; }
  i=${'$'}{f%% *} f=${'$'}{f#* }; s=${'$'}{f%% *} f=${'$'}{f#* }; t=${'$'}{f%% *} dev=${'$'}{f#* }
  [ "$i" = "$3" ] || { differs "$1" inode; return 1; }
  same "$@" || return 1
  [ "$2" != remove ] || ! held || { differs "$1" open; return 1; }
}
opened() { for p in /proc/[0-9]*; do stat -L -c '%d %i' "$p"/fd/* 2>/dev/null; done | sort -u; }
held() { case "$nl$open$nl" in *"$nl$dev $i$nl"*) return 0;; "$nl$nl") return 0;; *) return 1;; esac; }
nl='
'
look() { check "$@"; }
act() {
  check "$@" || return 1
  if [ "$2" = remove ]; then
    rm -f -- "$base" && [ ! -e "$base" ] || { differs "$1" refused; return 1; }
    say "$1" done; return 0
  fi
  { : 8<"$base"; } 2>/dev/null || { differs "$1" refused; return 1; }
  exec 8<"$base"
  [ "$(stat -L -c %i /proc/self/fd/8)" = "$3" ] || { exec 8>&-; differs "$1" inode; return 1; }
  last=
  [ "$6" -eq 0 ] || last=$(tail -n "$6" /proc/self/fd/8 | tail -c 65536)
  { : >/proc/self/fd/8; } 2>/dev/null || { exec 8>&-; differs "$1" refused; return 1; }
  if [ -n "$last" ]; then printf '%s\n' "$last" >>/proc/self/fd/8 || { exec 8>&-; differs "$1" refused; return 1; }; fi
  exec 8>&-
  say "$1" done
}`;
