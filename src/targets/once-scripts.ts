import { type ShellCommand, sh } from '../kit/index.ts';
import type { LookOnce, OnceFrame } from '../kit/targets.ts';

export type Sender = 'curl' | 'bash' | 'wget';

export interface OnceRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  /** Media type of the body; empty when there is none. */
  readonly type: string;
  readonly sender: Sender;
  /** Seconds since 1970 by the host's clock, after which nothing is sent. */
  readonly deadline: number;
}

/** Says the host's clock, and what can send a request there within a time limit. Changes nothing. */
export const PROBE = String.raw`date +%s
command -v curl >/dev/null 2>&1 && echo curl
timeout 5 sh -c : 2>/dev/null && for t in bash wget; do command -v $t >/dev/null 2>&1 && echo $t; done
true`;

/** Begins the line that answers; what a login file prints cannot be taken for one. */
export const answerMark = ({ runId, no }: Pick<OnceFrame, 'runId' | 'no'>): string => `@${runId}.${no}`;

/** Sends the request behind a create-once marker in a folder that only this account can reach. */
export function onceScript(once: OnceFrame, request: OnceRequest, folder: string): string {
  const { method, url, body, type, sender, deadline } = request;
  const port = url.port || '80';
  const facts = sh`mark=${answerMark(once)} base=${folder} name=${`${once.runId}.${once.no}`} fences=${`${once.runId}.fence`} fence=${once.fence}
deadline=${deadline} url=${url.href} host=${url.hostname.replace(/^\[|\]$/g, '')} port=${port} path=${url.pathname + url.search} body=${body} method=${method} type=${type}`;
  return [facts, OPEN, withProgram(`${SAY}${SEND[sender]}${GUARD}`)].join('\n');
}

/** Reads the marker, waiting for a request under way; makes it when there is none, so that nothing can be sent any more. */
export function lookScript(once: LookOnce, folder: string): string {
  const facts = sh`mark=${answerMark(once)} base=${folder} name=${`${once.runId}.${once.no}`} fences=${`${once.runId}.fence`} fence=${once.fence}
since=${Math.floor(once.since.getTime() / 1000)} asked=${Math.floor(Date.now() / 1000)} kept=${MARKERS_KEPT_SECONDS}`;
  return [facts, OPEN, LOOK].join('\n');
}

/** In a session of its own where that can be had: a lost connection then does not keep the result from being written down. */
const withProgram = (
  program: string,
): ShellCommand => sh`export mark d m fences fence deadline url host port path body method type
p=${program}
if command -v setsid >/dev/null 2>&1; then setsid sh -c "$p"; else sh -c "$p"; fi`;

/** Machines commonly clean /tmp of what is older than ten days. */
const MARKERS_KEPT_SECONDS = 7 * 24 * 3600;

const SAY = `say() { echo "$mark $*"; }
`;

/** Survives a reboot where the machine has such a folder; never the one that goes with the login session. */
const OPEN = String.raw`${SAY}umask 077
[ -d "$base" ] || base=/tmp
d=$base/fettle-$(id -u) m=$base/fettle-$(id -u)/$name
mkdir "$d" 2>/dev/null
if [ -L "$d" ] || [ ! -O "$d" ]; then say no-marker; exit 0; fi
case $(ls -ld "$d") in drwx------*) ;; *) say no-marker; exit 0;; esac`;

/**
 * The marker is made first and the fence read after it; whoever looks writes the fence first and reads the marker after
 * it. One of the two always sees the other.
 */
const GUARD = String.raw`
umask 077
find "$d" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} + 2>/dev/null
[ "$(date +%s)" -le "$deadline" ] || { say late; exit 0; }
mkdir "$m" 2>/dev/null || { if [ -d "$m" ]; then say already; else say no-marker; fi; exit 0; }
end() { echo "$*" >"$m/rc.new" && mv "$m/rc.new" "$m/rc"; say "$*"; }
echo $$ >"$m/pid"
seen=$(cat "$d/$fences" 2>/dev/null || echo 0)
[ "$seen" -le "$fence" ] || { end fenced; exit 0; }
echo "$fence" >"$m/fence" && mv "$m/fence" "$d/$fences"
printf %s "$body" >"$m/body" && : >"$m/head" && : >"$m/reply" || { end unsent the host cannot write the request down; exit 0; }
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
unsent= rc=0
send
s=$(sed -n 's/^ *HTTP\/[0-9.]* \([2-5][0-9][0-9]\).*/\1/p' "$m/head" | tail -n 1)
if [ -n "$s" ]; then end done "$s"; elif [ -n "$unsent" ]; then end unsent "$unsent"; else end lost "$rc"; fi
head -c 65536 "$m/reply"
`;

/**
 * Each leaves the reply's head and body in the marker, and in \`unsent\` why the request certainly never left. That needs proof: of
 * curl an exit code for which nothing was connected, or was handed over yet, together with its own count of the bytes it sent;
 * of bash that no connection was opened; of wget that every attempt was refused and none connected. Everything else is lost.
 */
const SEND: Readonly<Record<Sender, string>> = {
  curl: String.raw`
send() {
  if [ -n "$type" ]; then set -- -H "Content-Type: $type" --data-binary "@$m/body"; else set --; fi
  t=$(ulimit -f 20480 2>/dev/null; curl -q -sS --globoff --noproxy '*' --max-redirs 0 --connect-timeout 5 --max-time 10 \
    -X "$method" -H 'Expect:' "$@" -D "$m/head" -o "$m/reply" \
    -w 'bytes sent: %{size_request}' --url "$url" 2>"$m/err"); rc=$?
  case $rc:$t in
    [13567]:'bytes sent: 0'|28:'bytes sent: 0'|60:'bytes sent: 0') unsent="curl ended with $rc: $(head -n 1 "$m/err")";;
  esac
}`,
  bash: String.raw`
send() {
  export m
  timeout 10 bash -c 'exec 5<>"/dev/tcp/$host/$port" || exit 7
: >"$m/open" || exit 8
t=; [ -z "$type" ] || t=$(printf "\r\nContent-Type: %s" "$type")
{ printf "%s %s HTTP/1.0\r\nHost: %s%s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n" \
  "$method" "$path" "$host:$port" "$t" "$(wc -c <"$m/body")"; cat "$m/body"; } >&5
head -c 10485760 <&5' >"$m/raw" 2>"$m/err"; rc=$?
  sed '/^\r*$/q' "$m/raw" >"$m/head"
  sed '1,/^\r*$/d' "$m/raw" >"$m/reply"
  [ -f "$m/open" ] || unsent="bash could not connect: $(head -n 1 "$m/err")"
}`,
  wget: String.raw`
send() {
  help=$(wget --help 2>&1)
  case $method:$type in
    GET:) set --;;
    POST:?*) set -- --post-file="$m/body" --header="Content-Type: $type";;
    *) case $help in *--body-file*) ;; *) unsent="wget here cannot send $method"; return;; esac
      set -- --method="$method"
      [ -z "$type" ] || set -- "$@" --body-file="$m/body" --header="Content-Type: $type";;
  esac
  more=
  for option in --no-proxy --max-redirect=0 --content-on-error --tries=1 --timeout=10 --progress=dot:giga; do
    case $help in *"${'$'}{option%%=*}"*) more="$more $option";; esac
  done
  LC_ALL=C timeout 10 wget $more -S -O "$m/reply" "$@" "$url" 2>"$m/head"; rc=$?
  if grep -q "failed: Connection refused\|^wget: can't connect to remote host .*: Connection refused" "$m/head" &&
    ! grep -qi 'HTTP/\|connected\|request sent' "$m/head"; then unsent='connection refused'; fi
}`,
};

/**
 * A host that was started since may have lost its marker, and a cleaner takes old ones: then nobody knows, and the marker made
 * now only keeps it so. A clock may have been set since: it was not started only when its clock and its uptime both say so.
 */
const LOOK = String.raw`now=$(cat "$d/$fences" 2>/dev/null || echo 0)
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
n=0
while [ ! -f "$m/rc" ] && [ $n -lt 15 ]; do
  p=$(cat "$m/pid" 2>/dev/null); [ -z "$p" ] || kill -0 "$p" 2>/dev/null || break
  sleep 1; n=$((n + 1))
done
w= s=
[ -f "$m/rc" ] && read -r w s <"$m/rc"
case $w in
  never|fenced|unsent) say never;;
  done) say happened "$s"; head -c 65536 "$m/reply";;
  *) say begun;;
esac`;
