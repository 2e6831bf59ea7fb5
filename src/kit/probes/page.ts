import type { CheckContext, Judgement, PageAnswer } from '../check.ts';
import { words } from '../words.ts';
import type { PageProbe } from './probe.ts';

/** The page answers and shows something. A redirect counts: consoles send everybody to their login. */
export const pageOpens = (url: (context: CheckContext) => string): PageProbe => ({
  on: 'page',
  url,
  judge: (answer) => [judgePage(answer)],
});

function judgePage(answer: PageAnswer): Judgement {
  switch (answer.kind) {
    case 'no-answer':
      return {
        state: 'critical',
        says: words(`the page does not answer: ${answer.detail}`, `页面无应答:${answer.detail}`),
        evidence: answer.detail,
      };
    case 'answered': {
      const { status, body, tookMs } = answer;
      const facts = { value: tookMs, unit: 'ms', evidence: `HTTP ${status}, ${tookMs} ms\n${body}` };
      if (status >= 300 && status < 400) {
        const said = words(
          `the page redirects (${status}) after ${tookMs} ms`,
          `页面跳转(${status}),${tookMs} ms`,
        );
        return { ...facts, state: 'ok', says: said };
      }
      if (status === 401 || status === 403) {
        const said = words(`the page asks who is there (${status})`, `页面要求登录(${status})`);
        return { ...facts, state: 'ok', says: said };
      }
      if (status < 200 || status >= 400) {
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
        says: words(`the page opens in ${tookMs} ms`, `页面正常打开,${tookMs} ms`),
      };
    }
    default:
      return answer satisfies never;
  }
}
