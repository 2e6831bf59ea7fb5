import { describe, expect, it } from 'vitest';
import { type PageAnswer, pageOpens } from '../../../../src/kit/index.ts';
import { aContext } from './ask.ts';

const probe = pageOpens(({ estate }) => `http://sofa-mq.${estate.domain}/`);
const answered = (status: number, body: string, location?: string): PageAnswer => ({
  kind: 'answered',
  status,
  body,
  truncated: false,
  tookMs: 12,
  ...(location === undefined ? {} : { location }),
});

describe('pageOpens', () => {
  it.each([
    ['a page', answered(200, '<html>'), 'ok', 'the page opens in 12 ms'],
    ['a login of its own', answered(302, '', '/login?to=%2F'), 'ok', 'the page redirects to /login'],
    [
      'a login over https',
      answered(301, '', 'https://sofa-mq.test.example/sso'),
      'ok',
      'the page redirects to /sso',
    ],
    [
      'an error page',
      answered(302, '', '/error/500.html'),
      'critical',
      'the page redirects to /error/500.html',
    ],
    [
      'another host',
      answered(302, '', 'https://portal.example/'),
      'unknown',
      'the page redirects to another host, portal.example',
    ],
    ['nowhere', answered(302, ''), 'unknown', 'the page redirects (302) without saying where'],
    ['an empty page', answered(200, ' \n'), 'critical', 'the page is empty'],
    ['a failure', answered(502, 'Bad Gateway'), 'critical', 'the page answers 502'],
    ['no entry', answered(403, 'Forbidden'), 'critical', 'the page answers 403'],
    ['a page without content', answered(204, ''), 'critical', 'the page answers 204'],
    [
      'nobody',
      { kind: 'no-answer', detail: 'connection refused' } as const,
      'critical',
      'the page does not answer: connection refused',
    ],
  ])('judges %s', (_, answer, state, says) => {
    expect(probe.url(aContext())).toBe('http://sofa-mq.test.example/');
    expect(probe.judge(answer, aContext())).toMatchObject([{ state, says: { en: says } }]);
  });
});
