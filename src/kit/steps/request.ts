import { z } from 'zod';
import { quote } from '../shell.ts';
import type { OnceAnswer, OnceLook } from '../targets.ts';
import { captureWhole } from '../text/captured.ts';
import { visible } from '../text/visible.ts';
import { sentences, type Words, words } from '../words.ts';
import { resourceOfHost, stepFacts } from './facts.ts';
import { type Clocks, fenced, type Heard, type StepKind } from './hands.ts';

/** Seconds within which a request must have left the host, by its own clock. */
const SEND_SECONDS = 30;

/** Sends one request from a host, once: a marker on the host refuses a second time. */
export const RequestStep = z
  .strictObject({
    kind: z.literal('request'),
    ...stepFacts,
    /** The host it is sent from; `url` is as seen from there. */
    host: z.string(),
    method: z.enum(['GET', 'PUT', 'POST', 'DELETE']),
    url: z.string(),
    body: z
      .strictObject({ type: z.enum(['json', 'form']), text: z.string() })
      .readonly()
      .exactOptional(),
  })
  .readonly();
export type RequestStep = z.infer<typeof RequestStep>;

/** The media type of a body as it is sent (RFC 8259 §11; HTML, application/x-www-form-urlencoded). */
export const MEDIA_TYPE = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

export const request: StepKind<RequestStep> = {
  masked: (step) => ({
    ...step,
    url: captureWhole(step.url),
    ...(step.body ? { body: { ...step.body, text: captureWhole(step.body.text) } } : {}),
  }),
  shown: ({ host, method, url, body }) => {
    const text = [
      `curl -X ${method} \\`,
      ...(body
        ? [
            `-H 'Content-Type: ${MEDIA_TYPE[body.type]}' \\`,
            `-d ${quote(body.type === 'json' ? jsonLines(visible(body.text)) : visible(body.text))} \\`,
          ]
        : []),
      quote(visible(url)),
    ].join('\n');
    return {
      place: host,
      language: 'sh',
      note: words(`on ${host}, once`, `在 ${host} 上执行，仅一次`),
      text: { en: text, zh: text },
    };
  },
  touches: ({ host }, estate) => [resourceOfHost(estate, host)],
  effects: ({ host, method, url, body }) => [[host, method, url, body?.text ?? ''].join('\n')],
  async perform(step, frame, permitted, { estate, once, clocks }) {
    const host = estate.hosts.find(({ name }) => name === step.host);
    if (!host) return { kind: 'without-effect', says: unlisted(step.host), evidence: '' };
    if (!(await permitted())) return fenced;
    const deadline = new Date(clocks.here().getTime() + SEND_SECONDS * 1000);
    const answer = await once.run(host, step, { ...frame, deadline });
    return answer.kind === 'clock' ? clockAnswer(answer.aheadSeconds, clocks) : heard(answer);
  },
  async look(step, frame, { estate, once }) {
    const host = estate.hosts.find(({ name }) => name === step.host);
    return host
      ? seenOnce(await once.look(host, frame))
      : { kind: 'unknown', says: unlisted(step.host), evidence: '' };
  },
};

const unlisted = (name: string): Words =>
  words(`Host ${name} is no longer in the inventory.`, `主机 ${name} 已不在资产清单中。`);

function heard(answer: Exclude<OnceAnswer, { kind: 'clock' }>): Heard {
  switch (answer.kind) {
    case 'done':
      return replied(answer.status, answer.body);
    case 'refused':
      return {
        kind: answer.because === 'already' ? 'unknown' : 'without-effect',
        says: REFUSED[answer.because],
        evidence: answer.because,
      };
    case 'failed':
      return {
        kind: 'without-effect',
        says: sentences(words(`Not sent: ${answer.detail}`, `未发送：${answer.detail}`)),
        evidence: answer.detail,
      };
    case 'unknown':
      return {
        kind: 'unknown',
        says: words('Sent, but no answer came back.', '已发送，但没有收到应答。'),
        evidence: answer.detail,
      };
    default:
      return answer satisfies never;
  }
}

const REFUSED = {
  already: words('The host says that this request was begun before.', '主机显示该请求此前已经发起过。'),
  late: words('Too late by the clock of the host; not sent.', '按主机时钟已超时，未发送。'),
  fenced: words('Another worker has taken over; not sent.', '已由其他执行进程接管，未发送。'),
  'no-marker': words(
    'The host has no place to write its marker (disk full?); not sent.',
    '主机无法写入标记（磁盘已满？），未发送。',
  ),
} as const;

/** Further apart, a clock is called wrong. */
const CLOCK_SECONDS = 5;

/** The host and this worker disagree; the database tells which of them is wrong. */
async function clockAnswer(hostAheadSeconds: number, clocks: Clocks): Promise<Heard> {
  const workerAhead = (clocks.here().getTime() - (await clocks.database()).getTime()) / 1000;
  const hostAhead = hostAheadSeconds + workerAhead;
  const worker = Math.abs(workerAhead) > CLOCK_SECONDS || Math.abs(workerAhead) > Math.abs(hostAhead);
  const host = Math.abs(hostAhead) > CLOCK_SECONDS || Math.abs(hostAhead) > Math.abs(workerAhead);
  const evidence = `seconds ahead of the database: host ${hostAhead.toFixed(1)}, worker ${workerAhead.toFixed(1)}`;
  return { kind: 'without-effect', says: wrongClock(worker, host, workerAhead, hostAhead), evidence };
}

function wrongClock(worker: boolean, host: boolean, workerAhead: number, hostAhead: number): Words {
  const off = (seconds: number): number => Math.round(Math.abs(seconds));
  if (worker && host)
    return words(
      `The clocks of the host (${off(hostAhead)} s) and of this worker (${off(workerAhead)} s) are off; not sent. Set both, then ask again.`,
      `主机时钟（偏差 ${off(hostAhead)} 秒）和执行进程所在机器的时钟（偏差 ${off(workerAhead)} 秒）均不准确，未发送。请校准后重新发起。`,
    );
  return worker
    ? words(
        `The clock of this worker is ${off(workerAhead)} s off; not sent. Set the clock of the machine that Fettle's worker runs on, then ask again.`,
        `执行进程所在机器的时钟偏差 ${off(workerAhead)} 秒，未发送。请校准该机器的时钟后重新发起。`,
      )
    : words(
        `The clock of the host is ${off(hostAhead)} s off; not sent. Set it, then ask again.`,
        `主机时钟偏差 ${off(hostAhead)} 秒，未发送。请校准后重新发起。`,
      );
}

function seenOnce(seen: OnceLook): Heard {
  switch (seen.kind) {
    case 'never':
      return {
        kind: 'without-effect',
        says: words(
          'Looked on the host: it was never sent, and never will be.',
          '已核对主机：该请求从未发送，以后也不会发送。',
        ),
        evidence: '',
      };
    case 'happened':
      return replied(seen.status, seen.body);
    case 'begun':
      return {
        kind: 'unknown',
        says: words(
          'Looked on the host: it was begun and left no result.',
          '已核对主机：请求已发起但没有结果。',
        ),
        evidence: '',
      };
    case 'no-answer':
      return {
        kind: 'unknown',
        says: words('The host cannot be asked now.', '目前无法访问该主机。'),
        evidence: seen.detail,
      };
    default:
      return seen satisfies never;
  }
}

/**
 * Refusals that a service gives before it acts: the request is malformed, not authenticated, not allowed, addressed to nothing,
 * too large, or not taken now. Every other status may come from a service that has acted, or half acted: 408 (it gave up
 * waiting), 409 (it may be what was asked for before), 406 (the reply could not be written), 423, 424, all 5xx.
 */
const WITHOUT_EFFECT: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 411, 413, 414, 415, 417, 421, 422, 425, 426, 428, 429, 431,
]);

function replied(status: number, body: string): Heard {
  const evidence = `HTTP ${status}\n${body}`;
  if (status >= 200 && status < 300)
    return { kind: 'done', says: words(`Answered HTTP ${status}.`, `应答 HTTP ${status}。`), evidence };
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
