import {
  countInWindow,
  type Judgement,
  type LogWindow,
  namesOf,
  sumOf,
  things,
  words,
} from '../../src/kit/index.ts';

/**
 * For awk: the request that a line is about, `GET /api/mq/topics 200`, with its status where that follows as access logs have
 * it; empty when the line shows none. How the proxy writes its log is not documented.
 */
export const API_CALL = String.raw`((gsub(/[?][^ "]*/, "") + gsub(/ HTTP\/[0-9.]+"?/, "")) * 0 + match($0, /(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) +\/[^ "]*("? +[1-5][0-9][0-9]([^0-9]|$))?/) ? substr($0, RSTART, RLENGTH) : "")`;

/** One request as API_CALL gives it. */
export interface ApiCall {
  readonly api: string;
  readonly status?: number;
}

export function readCall(key: string): ApiCall | undefined {
  const [, method, path, status] = /^([A-Z]+) +(\/[^ "]*)(?:"? +(\d{3})\D?)?$/.exec(key) ?? [];
  if (method === undefined || path === undefined) return undefined;
  return { api: `${method} ${path}`, ...(status === undefined ? {} : { status: Number(status) }) };
}

const REQUESTS = things('request', 'requests', '次请求');

/** The traffic by API, and what the backends failed at. Shown, never judged: the manual says nothing that it must be. */
export function judgeTraffic(window: LogWindow): Judgement {
  const calls = [...window.tally].flatMap(([key, times]) => {
    const call = readCall(key);
    return call ? [{ ...call, times }] : [];
  });
  const failed = byApi(calls.filter(({ status = 0 }) => status >= 500));
  const apis = byApi(calls);
  const seen = countInWindow(window.lines, REQUESTS, window);
  const [named, namedFailed] = [namesOf(apis), namesOf(failed)];
  const top = apis.length === 0 ? words('', '') : words(`: ${named.en}`, `：${named.zh}`);
  const failures =
    failed.length === 0
      ? words('', '')
      : words(
          `; ${sumOf(failed)} answered 5xx: ${namedFailed.en}`,
          `；返回 5xx ${sumOf(failed)} 次：${namedFailed.zh}`,
        );
  return {
    state: 'ok',
    value: window.lines,
    says: words(`${seen.en}${top.en}${failures.en}`, `${seen.zh}${top.zh}${failures.zh}`),
    evidence: window.last.join('\n'),
  };
}

/** How often each was called, whatever was answered, the most frequent first. */
function byApi(
  calls: readonly (ApiCall & { readonly times: number })[],
): readonly (readonly [string, number])[] {
  const all = new Map<string, number>();
  for (const { api, times } of calls) all.set(api, (all.get(api) ?? 0) + times);
  return [...all].sort((a, b) => b[1] - a[1]);
}
