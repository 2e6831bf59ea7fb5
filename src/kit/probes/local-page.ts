import type { Judgement, ShellAnswer } from '../check.ts';
import { part, type ShellCommand, sh } from '../shell.ts';
import { words } from '../words.ts';
import { cannotAsk, notUnderstood, unknown } from './limits.ts';

/** Requests a page of the host on its own loopback and prints the answer with its status line, by whichever client it has. */
export const askLocalPage = (port: number, path: string): ShellCommand =>
  askPage(`http://127.0.0.1:${port}${path}`);

/** The same of any address, as seen from the host. No redirect is followed. Throws for what is no web address. */
export function askPage(address: string): ShellCommand {
  const url = new URL(address);
  if (url.protocol === 'https:')
    return sh`
if command -v curl >/dev/null 2>&1; then
  ${part(byCurl(address))}
elif command -v wget >/dev/null 2>&1; then
  ${part(byWget(address))}
else
  echo 'no client'
  exit 127
fi`;
  if (url.protocol !== 'http:') throw new TypeError(`not a web address: ${address}`);
  return sh`
if command -v curl >/dev/null 2>&1; then
  ${part(byCurl(address))}
elif command -v bash >/dev/null 2>&1; then
  bash -c 'exec 3<>"/dev/tcp/$0/$1" || exit 7
    printf "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" "$2" "$0:$1" >&3
    cat <&3' ${url.hostname} ${url.port || '80'} ${url.pathname + url.search}
elif command -v wget >/dev/null 2>&1; then
  ${part(byWget(address))}
else
  echo 'no client'
  exit 127
fi`;
}

/** `-q` first: nothing of a `.curlrc` counts. */
const byCurl = (address: string): ShellCommand => sh`curl -q -sS -g -i -m 6 --noproxy '*' ${address}`;
const byWget = (address: string): ShellCommand => sh`wget -q -S -T 6 -O - ${address} 2>&1`;

/** The programs that `askLocalPage` asks with. */
export const PAGE_CLIENTS = ['curl', 'bash', 'wget'] as const;

/** What came of it. `no-client`: the host has none of the programs; `not-asked`: the client was killed. */
export type LocalPage =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'no-client' }
  | { readonly kind: 'not-asked' };

export function readLocalPage({ exitCode, output }: ShellAnswer): LocalPage {
  if (exitCode === 127) return { kind: 'no-client' };
  if (exitCode === null || exitCode > 127) return { kind: 'not-asked' };
  const status = Number(/^ *HTTP\/[\d.]+ (\d{3})/m.exec(output)?.[1] ?? 0);
  return status === 0 ? { kind: 'silent' } : { kind: 'answered', status, body: bodyOf(output) };
}

/** A page that was asked for on a host, or why nothing is known of it: it could not be asked, or its answer did not come whole. */
export type PageSeen =
  | Extract<LocalPage, { readonly kind: 'answered' | 'silent' }>
  | { readonly kind: 'unclear'; readonly judgements: readonly Judgement[] };

export function seeLocalPage(answer: ShellAnswer): PageSeen {
  const page = readLocalPage(answer);
  const unclear = (judgements: readonly Judgement[]): PageSeen => ({ kind: 'unclear', judgements });
  switch (page.kind) {
    case 'no-client':
      return unclear(cannotAsk(PAGE_CLIENTS));
    case 'not-asked':
      return unclear(notUnderstood());
    case 'answered':
      return answer.truncated ? unclear(unknown(words('the answer is cut off', '返回内容不完整'))) : page;
    case 'silent':
      return page;
    default:
      return page satisfies never;
  }
}

/** What follows the headers; a client without headers in its output is taken whole, without its status lines. */
function bodyOf(output: string): string {
  const [, afterHeaders] = /^HTTP\/[^]*?\r?\n\r?\n([^]*)$/.exec(output) ?? [];
  return afterHeaders ?? output.replace(/^ +[A-Za-z][\w/.-]*[: ].*$/gm, '');
}
