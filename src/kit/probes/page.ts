import type { CheckContext, Judgement, PageAnswer } from '../check.ts';
import { words } from '../words.ts';
import type { PageProbe } from './probe.ts';

/** The page answers 200 and shows something. A redirect on the same host counts, and is named: consoles send everybody to their login. */
export const pageOpens = (url: (context: CheckContext) => string | undefined): PageProbe => ({
  on: 'page',
  url,
  judge: (answer, context) => [judgePage(answer, url(context))],
});

function judgePage(answer: PageAnswer, url: string | undefined): Judgement {
  switch (answer.kind) {
    case 'no-answer':
      return {
        state: 'critical',
        says: words(`the page does not answer: ${answer.detail}`, `页面无应答：${answer.detail}`),
        evidence: answer.detail,
      };
    case 'answered': {
      const { status, location, body, tookMs } = answer;
      const sent = location === undefined ? '' : `\nLocation: ${location}`;
      const facts = { value: tookMs, unit: 'ms', evidence: `HTTP ${status}, ${tookMs} ms${sent}\n${body}` };
      if (status >= 300 && status < 400) return { ...facts, ...judgeRedirect(status, location, url) };
      if (status !== 200) {
        return {
          ...facts,
          state: 'critical',
          says: words(`the page answers ${status}`, `页面返回 ${status}`),
        };
      }
      if (body.trim() === '') {
        return { ...facts, state: 'critical', says: words('the page is empty', '页面内容为空') };
      }
      return {
        ...facts,
        state: 'ok',
        says: words(`the page opens in ${tookMs} ms`, `页面正常打开，${tookMs} ms`),
      };
    }
    default:
      return answer satisfies never;
  }
}

/** The page behind it was not looked at: elsewhere it says nothing about this console. */
function judgeRedirect(
  status: number,
  location: string | undefined,
  url: string | undefined,
): Pick<Judgement, 'state' | 'says'> {
  if (url === undefined || location === undefined || !URL.canParse(location, url)) {
    return {
      state: 'unknown',
      says: words(`the page redirects (${status}) without saying where`, `页面跳转（${status}），未给出目标`),
    };
  }
  const to = new URL(location, url);
  if (to.hostname !== new URL(url).hostname) {
    return {
      state: 'unknown',
      says: words(`the page redirects to another host, ${to.host}`, `页面跳转到其他主机 ${to.host}`),
    };
  }
  const isError = /error|unavailable|maintenance|[45]\d\d/i.test(to.pathname);
  return {
    state: isError ? 'critical' : 'ok',
    says: words(`the page redirects to ${to.pathname}`, `页面跳转到 ${to.pathname}`),
  };
}
