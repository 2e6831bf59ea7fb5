import { sh } from '../kit/index.ts';
import type { OnceFrame } from '../kit/targets.ts';
import { effectScript } from './once-marker.ts';

export type Sender = 'curl' | 'bash' | 'wget';

export interface SentRequest {
  readonly method: string;
  readonly url: URL;
  /** Of the same server: sent there where `url` is answered with 404. */
  readonly instead?: URL;
  readonly body: string;
  /** Media type of the body; empty when there is none. */
  readonly type: string;
  readonly sender: Sender;
  /** Seconds since 1970 by the host's clock, after which nothing is sent. */
  readonly deadline: number;
}

/** Sends the request behind its marker. */
export function requestScript(once: OnceFrame, request: SentRequest, folder: string): string {
  const { method, url, instead, body, type, sender, deadline } = request;
  const facts = sh`url=${url.href} host=${url.hostname.replace(/^\[|\]$/g, '')} port=${url.port || '80'} path=${url.pathname + url.search} body=${body} method=${method} type=${type} other=${instead?.href ?? ''} otherpath=${instead ? instead.pathname + instead.search : ''}`;
  const names = 'url host port path body method type other otherpath';
  return effectScript(once, folder, deadline, facts, names, `${SEND[sender]}${REQUEST}`);
}

const REQUEST = String.raw`
printf %s "$body" >"$m/body" && : >"$m/head" && : >"$m/reply" || { end unsent the host cannot write the request down; exit 0; }
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
unsent= rc=0
status() { s=$(sed -n 's/^ *HTTP\/[0-9.]* \([2-5][0-9][0-9]\).*/\1/p' "$m/head" | tail -n 1); }
start
send
status
if [ "$s" = 404 ] && [ -n "$other" ]; then
  url=$other path=$otherpath unsent= rc=0
  rm -f "$m/open" "$m/raw"; : >"$m/head"; : >"$m/reply"
  send
  status
fi
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
