import { part, type ShellCommand, type ShellPart, sh } from '../shell.ts';

export interface LogScript {
  /** `{YYYYMMDD}` in it becomes the host's date. */
  readonly path: string;
  /** Tried in order when there is no file at `path`. A folder that may not be entered is not taken for a missing file. */
  readonly fallbackPaths?: readonly string[];
  readonly windowSeconds: number;
  readonly tally?: Tally;
  /** The stretch of the same length before the window is counted, too. */
  readonly before?: true;
  /** Where a line has its time stamp; at its beginning unless set. */
  readonly stamp?: 'begins' | 'anywhere';
  /** A log whose format names no time stamp: where no line has one, the newest lines, so many, stand for the window, unless the file was last written before it. */
  readonly undatedLines?: number;
  /** Newest lines of the window that are shipped; 20 unless set. */
  readonly show?: number;
  /** Bytes read from the end of each file; 8 MB unless set. */
  readonly readBytes?: number;
}

/**
 * Lines are counted by the value of `awk`, an expression over the line ($0, $1, …); an empty value counts nothing. `count` and
 * `sum` are expressions as well, and may use that value as `key`. Written by the author, never from outside.
 */
export interface Tally {
  readonly awk: string;
  /** How many things a line stands for; 1 unless set. */
  readonly count?: string;
  /** A number of each line that is added up beside the count. */
  readonly sum?: string;
  /** The most frequent values, so many, are counted each, the rest together as `(other)`; 20 unless set. */
  readonly most?: number;
}

/**
 * Finds the log, reckons the beginning of the window on the host's own clock, reads the end of the file (and of the one rotated
 * away, when the window reaches behind the file's first line), counts, and prints facts, a line of dashes and the newest lines.
 */
export function logScript({
  path,
  fallbackPaths = [],
  windowSeconds,
  tally,
  before,
  stamp = 'begins',
  undatedLines = 0,
  show = 20,
  readBytes = 8 * 1024 * 1024,
}: LogScript): ShellCommand {
  return sh`${findLog(path, fallbackPaths)}
ago() {
  date -d "@$(( now - $1 ))" '+%Y-%m-%d %H:%M:%S' 2>/dev/null ||
    awk -v at="$(( now - $1 ))" 'BEGIN { print strftime("%Y-%m-%d %H:%M:%S", at) }' 2>/dev/null
}
now=$(date +%s)
from=$(ago ${before ? 2 * windowSeconds : windowSeconds})
begin=${part(before ? sh`$(ago ${windowSeconds})` : sh`$from`)}
case $from in
  [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]\ *) ;;
  *) echo no-clock; exit 0 ;;
esac
stamp='[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T,][0-9][0-9]:[0-9][0-9]:[0-9][0-9]'
touched=$(stat -c %Y "$file" 2>/dev/null) && echo "untouched $(( now - touched ))"
size=$(ls -lnd "$file" | awk '{ print $5 }')
first=$(head -c 65536 "$file" | tr -d '\000' | grep -o "$stamp" | head -n 1 | tr T, '  ')
older=
if [ "$size" -le ${readBytes} ] && { [ -z "$first" ] || [ "$(printf '%s\n%s\n' "$first" "$from" | sort | head -n 1)" = "$from" ]; }; then
  day=$(echo "$from" | cut -c 1-10) hour=$(echo "$from" | cut -c 12-13)
  plain=$(printf '%s' "$file" | sed 's/\.log$//')
  for f in "$file.$day" "$plain.log.$day" "$plain.$day" "$plain.$day.log" "$file.$day"[-_.]"$hour" "$plain.$day"[-_.]"$hour.log" "$file.1"; do
    if [ -f "$f" ] && [ -r "$f" ]; then older=$f; break; fi
  done
fi
[ -z "$older" ] || echo "older $older"
{ [ -z "$older" ] || { tail -c ${readBytes} "$older"; echo; }; tail -c ${readBytes} "$file"; } | tr -d '\000\r' |
awk -v from="$from" -v begin="$begin" -v stamp="$stamp" -v begins=${stamp === 'begins' ? 1 : 0} -v bare=${undatedLines} -v show=${show} -v size="$size" -v bytes=${readBytes} -v most=${tally?.most ?? 20} ${countLines(tally)}`;
}

/**
 * Sets $file to the log and prints it; ends with `missing` or `unreadable <path>` when there is none. `path` and the fallbacks
 * are as in a LogScript.
 */
export function findLog(path: string, fallbackPaths: readonly string[] = []): ShellPart {
  const files = [path, ...fallbackPaths].map(fileName).reduce((all, file) => part(sh`${all} ${file}`));
  return part(sh`
file=
for f in ${files}; do if [ -f "$f" ]; then file=$f; break; fi; done
if [ -z "$file" ]; then
  for f in ${files}; do
    until f=$(dirname "$f"); [ -d "$f" ]; do :; done
    if [ ! -x "$f" ]; then echo "unreadable $f"; exit 0; fi
  done
  echo missing; exit 0
fi
if [ ! -r "$file" ]; then echo "unreadable $file"; exit 0; fi
echo "file $file"`);
}

/** A word of the shell; the date in a name is the host's. */
const fileName = (path: string): ShellPart =>
  path
    .split('{YYYYMMDD}')
    .map((piece) => part(sh`${piece}`))
    .reduce((name, piece) => part(sh`${name}"$(date +%Y%m%d)"${piece}`));

/** The awk program that reads the lines once. Only the newest ones are kept. */
const countLines = (
  { awk, count = '1', sum = '0' }: Tally = { awk: '""' },
): string => String.raw`function put(tally, sums,    key) {
  key = ${awk}
  if (key == "") return
  if (!(key in tally) && ++keys > 4000) key = "(other)"
  tally[key] += ${count}
  sums[key] += ${sum}
}
function count() {
  last[++lines % show] = substr($0, 1, 600)
  put(tally, sums)
}
function report(name, tally, sums,    n, key, top, rest, restsum) {
  for (n = 0; n < most; n++) {
    top = ""
    for (key in tally) if (key != "(other)" && (top == "" || tally[key] > tally[top])) top = key
    if (top == "") break
    printf "%s %.0f %.3f %s\n", name, tally[top], sums[top], substr(top, 1, 200)
    delete tally[top]
  }
  for (key in tally) { rest += tally[key]; restsum += sums[key] }
  if (rest > 0) printf "%s %.0f %.3f (other)\n", name, rest, restsum
}
BEGIN { split("", tally); split("", sums); split("", tallybefore); split("", sumsbefore) }
{
  if (!match($0, stamp) || (begins && RSTART > 2)) {
    if ($0 != "") { undated++; if (bare && newest == "") recent[undated % bare] = $0 }
    next
  }
  at = substr($0, RSTART, 19)
  gsub(/[T,]/, " ", at)
  if (oldest == "") oldest = at
  newest = at
  if (at <= from) next
  if (at > begin) count()
  else { linesbefore++; put(tallybefore, sumsbefore) }
}
END {
  if (newest != "") print "newest " newest
  else if (bare && undated) {
    print "bare"
    for (i = undated - bare + 1; i <= undated; i++) if (i > 0) { $0 = recent[i % bare]; count() }
  }
  if (size + 0 > bytes + 0 && oldest >= from) print "cut-short"
  print "undated " undated + 0
  print "lines " lines + 0
  report("key", tally, sums)
  if (begin > from) {
    print "lines-before " linesbefore + 0
    report("key-before", tallybefore, sumsbefore)
  }
  print "---"
  for (i = lines - show + 1; i <= lines; i++) if (i > 0) print last[i % show]
}`;
