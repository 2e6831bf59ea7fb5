import { hostNamed } from '../estate.ts';
import { quote } from '../shell.ts';
import type { OnceAnswer, OnceLook } from '../targets.ts';
import { captureWhole } from '../text/captured.ts';
import { visible } from '../text/visible.ts';
import { sentences, type Words, words } from '../words.ts';
import { resourceOfHost } from './facts.ts';
import { fenced, type Hands, type Heard, type Permitted, type StepKind } from './hands.ts';
import type { RequestStep } from './request-shape.ts';
import { BEGIN_SECONDS, notBegun, seenNothing, SENT, unlisted } from './on-host.ts';

/** Seconds that a permit to send from the worker counts: one that slept since then asks again. */
const PERMIT_SECONDS = 2;
const WORKER_LIMITS = { timeoutSeconds: 10, bodyCapBytes: 65_536 };

export { RequestStep } from './request-shape.ts';

/** The media type of a body as it is sent (RFC 8259 §11; HTML, application/x-www-form-urlencoded). */
export const MEDIA_TYPE = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/** The body of a form, with every name and value encoded. */
export const formBody = (fields: Readonly<Record<string, string>>): { type: 'form'; text: string } => ({
  type: 'form',
  text: new URLSearchParams(fields).toString(),
});

export const request: StepKind<RequestStep> = {
  masked: (step) => ({
    ...step,
    url: captureWhole(step.url),
    ...(step.ifNotFound === undefined ? {} : { ifNotFound: captureWhole(step.ifNotFound) }),
    ...(step.body ? { body: { ...step.body, text: captureWhole(step.body.text) } } : {}),
  }),
  shown: ({ from, method, url, ifNotFound, body, expect }) => {
    const sent = [
      `curl -X ${method} \\`,
      ...(body
        ? [
            `-H 'Content-Type: ${MEDIA_TYPE[body.type]}' \\`,
            `-d ${quote(body.type === 'json' ? jsonLines(visible(body.text)) : visible(body.text))} \\`,
          ]
        : []),
    ];
    const text = [...sent, quote(visible(url))].join('\n');
    const instead = ifNotFound === undefined ? [] : ['', ...sent, quote(visible(ifNotFound))];
    const withInstead = (says: string): string =>
      ifNotFound === undefined ? text : `${text}\n# ${says}${instead.join('\n')}`;
    const place =
      from === 'worker' ? words('Fettle’s worker', 'Fettle 执行进程') : words(from.host, from.host);
    const wanted = expect === undefined ? words('', '') : wantedWords(expect);
    return {
      place: from === 'worker' ? addressOf(url) : from.host,
      language: 'sh',
      note: words(
        `${from === 'worker' ? 'from' : 'on'} ${place.en}, once${wanted.en}`,
        `${from === 'worker' ? '由' : '在'} ${place.zh} ${from === 'worker' ? '发送' : '上执行'}，仅一次${wanted.zh}`,
      ),
      text: {
        en: withInstead('only where that is answered with 404:'),
        zh: withInstead('仅当返回 404 时改为：'),
      },
    };
  },
  touches: ({ from, url }, estate) =>
    from === 'worker' ? [`site:unknown/address:${addressOf(url)}`] : [resourceOfHost(estate, from.host)],
  effects: ({ from, method, url, ifNotFound, body }) =>
    [url, ...(ifNotFound === undefined ? [] : [ifNotFound])].map((address) =>
      [from === 'worker' ? '' : from.host, method, address, body?.text ?? ''].join('\n'),
    ),
  async perform(step, frame, permitted, hands) {
    if (step.from === 'worker') return fromWorker(step, permitted, hands);
    const host = hostNamed(hands.estate, step.from.host);
    if (!host) return { kind: 'without-effect', says: unlisted(step.from.host), evidence: '' };
    if (!(await permitted())) return fenced;
    const { clocks, once } = hands;
    const deadline = new Date(clocks.here().getTime() + BEGIN_SECONDS * 1000);
    const answer = await once.run(host, step, { ...frame, deadline });
    return heard(step, answer, clocks);
  },
  async look(step, frame, hands) {
    if (step.from === 'worker') return { kind: 'unknown', says: NO_MARKER, evidence: '' };
    const host = hostNamed(hands.estate, step.from.host);
    return host
      ? seenOnce(step, await hands.once.look(host, frame))
      : { kind: 'unknown', says: unlisted(step.from.host), evidence: '' };
  },
};

/** Host and port, where it is an address. */
const addressOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** The permit is asked for directly before: a worker that was frozen in between, or is not the owner any more, sends nothing. */
async function fromWorker(
  step: RequestStep,
  permitted: Permitted,
  { requests }: Pick<Hands, 'requests'>,
): Promise<Heard> {
  const asked = performance.now();
  if (!(await permitted()) || performance.now() - asked > PERMIT_SECONDS * 1000) return fenced;
  const first = await requests.send(step, WORKER_LIMITS);
  const { ifNotFound } = step;
  const isElsewhere =
    ifNotFound !== undefined &&
    addressOf(ifNotFound) === addressOf(step.url) &&
    first.kind === 'answered' &&
    first.status === 404;
  if (isElsewhere && !(await permitted())) return fenced;
  const answer = isElsewhere ? await requests.send({ ...step, url: ifNotFound }, WORKER_LIMITS) : first;
  if (answer.kind === 'answered') return replied(step, answer.status, answer.body);
  return answer.sent
    ? { kind: 'unknown', says: UNANSWERED, evidence: answer.detail }
    : {
        kind: 'without-effect',
        says: sentences(words(`Not sent: ${answer.detail}`, `未发送：${answer.detail}`)),
        evidence: answer.detail,
      };
}

const NO_MARKER = words(
  'It was sent from the worker, which leaves no marker: nobody can tell from there whether it left.',
  '该请求由执行进程发送，不留标记，无法据此判断是否已发出。',
);

const UNANSWERED = words('Sent, but no answer came back.', '已发送，但没有收到应答。');

function heard(step: RequestStep, answer: OnceAnswer, clocks: Hands['clocks']): Heard | Promise<Heard> {
  switch (answer.kind) {
    case 'done':
      return replied(step, answer.status, answer.body);
    case 'unknown':
      return { kind: 'unknown', says: UNANSWERED, evidence: answer.detail };
    case 'ended':
      return { kind: 'unknown', says: OTHER, evidence: answer.output };
    case 'clock':
    case 'failed':
    case 'refused':
      return notBegun(answer, clocks, SENT);
    default:
      return answer satisfies never;
  }
}

function seenOnce(step: RequestStep, seen: OnceLook): Heard {
  switch (seen.kind) {
    case 'happened':
      return replied(step, seen.status, seen.body);
    case 'ended':
    case 'running':
      return { kind: 'unknown', says: OTHER, evidence: '' };
    case 'begun':
    case 'never':
    case 'no-answer':
      return seenNothing(seen, SENT);
    default:
      return seen satisfies never;
  }
}

const OTHER = words('The marker on the host is not of this request.', '主机上的标记不属于该请求。');

/**
 * Refusals that a service gives before it acts: the request is malformed, not authenticated, not allowed, addressed to nothing,
 * too large, or not taken now. Every other status may come from a service that has acted, or half acted: 408 (it gave up
 * waiting), 409 (it may be what was asked for before), 406 (the reply could not be written), 423, 424, all 5xx.
 */
const WITHOUT_EFFECT: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 411, 413, 414, 415, 417, 421, 422, 425, 426, 428, 429, 431,
]);

function replied({ expect = {} }: RequestStep, status: number, body: string): Heard {
  const evidence = `HTTP ${status}\n${body}`;
  const isStatus = expect.status ? expect.status.includes(status) : status >= 200 && status < 300;
  if (isStatus) {
    const wrong = wrongIn(body, expect);
    return wrong === undefined
      ? { kind: 'done', says: words(`Answered HTTP ${status}.`, `应答 HTTP ${status}。`), evidence }
      : {
          kind: 'failed',
          says: sentences(
            words(`Answered HTTP ${status}, but ${wrong.en}`, `应答 HTTP ${status}，但${wrong.zh}`),
          ),
          evidence,
        };
  }
  // A gateway may answer so for a service that has acted; 500 is the word of the service itself.
  if (status === 500 && saysFailure(body))
    return {
      kind: 'failed',
      says: sentences(
        words(
          'Answered HTTP 500, and its body says "success": false',
          '应答 HTTP 500，正文为 "success": false',
        ),
      ),
      evidence,
    };
  if (WITHOUT_EFFECT.has(status))
    return {
      kind: 'without-effect',
      says: words(`Refused with HTTP ${status}.`, `被拒绝，HTTP ${status}。`),
      evidence,
    };
  return {
    kind: 'unknown',
    says: words(
      `Answered HTTP ${status}: nobody knows whether it took effect.`,
      `应答 HTTP ${status}：无法确定是否生效。`,
    ),
    evidence,
  };
}

/** In what the body is not the one that means success. */
function wrongIn(body: string, { has, hasNot }: NonNullable<RequestStep['expect']>): Words | undefined {
  const bare = withoutSpace(body);
  if (has !== undefined && !bare.includes(withoutSpace(has)))
    return words(`its body has no ${has}`, `正文中没有 ${has}`);
  if (hasNot !== undefined && bare.includes(withoutSpace(hasNot)))
    return words(`its body has ${hasNot}`, `正文中含有 ${hasNot}`);
  if (has === undefined && saysFailure(body))
    return words('its body says "success": false', '正文为 "success": false');
  return undefined;
}

/** Whether a JSON body, whole or cut off, says anywhere that it was no success. */
function saysFailure(body: string): boolean {
  try {
    const seen: unknown = JSON.parse(body);
    return hasFailure(seen);
  } catch {
    return FAILURE.test(body);
  }
}

const FAILURE = /"success"\s{0,20}:\s{0,20}"?false/i;

function hasFailure(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, each]: [string, unknown]) =>
      (name.toLowerCase() === 'success' && (each === false || each === 'false')) || hasFailure(each),
  );
}

const withoutSpace = (text: string): string => text.replace(/\s+/g, '');

function wantedWords({ status, has, hasNot }: NonNullable<RequestStep['expect']>): Words {
  const parts: Words[] = [];
  if (status) parts.push(words(`HTTP ${status.join(' or ')}`, `HTTP ${status.join(' 或 ')}`));
  if (has !== undefined) parts.push(words(`a body with ${visible(has)}`, `正文含 ${visible(has)}`));
  if (hasNot !== undefined)
    parts.push(words(`a body without ${visible(hasNot)}`, `正文不含 ${visible(hasNot)}`));
  return words(
    `; success is ${parts.map(({ en }) => en).join(' and ')}`,
    `；成功条件：${parts.map(({ zh }) => zh).join('且')}`,
  );
}

/** A JSON object with one member a line; the line feeds are white space of JSON. Anything else stays as it is. */
function jsonLines(body: string): string {
  const members = membersOf(body);
  return members === undefined || members.length < 2 ? body : `{${members.join(',\n     ')}}`;
}

function membersOf(body: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const members = Object.entries(value).map(
      ([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`,
    );
    return `{${members.join(',')}}` === body ? members : undefined;
  } catch {
    return undefined;
  }
}
