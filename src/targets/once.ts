import type { Host } from '../kit/index.ts';
import { MEDIA_TYPE } from '../kit/steps/request.ts';
import type {
  LookOnce,
  Once,
  OnceAnswer,
  OnceEffect,
  OnceFrame,
  OnceLook,
  RemoteExec,
} from '../kit/targets.ts';
import { answerMark, lookScript, type OnceRequest, onceScript, PROBE, type Sender } from './once-scripts.ts';

const MAX_BODY_BYTES = 65_536;
/** Further apart, a deadline means nothing. */
const CLOCK_SECONDS = 5;
const PROBE_LIMITS = { timeoutSeconds: 15, outputCapBytes: 4096 };
/** The request's own ten seconds, the wait for one under way, and a slow login. */
const LIMITS = { timeoutSeconds: 30, outputCapBytes: 131_072 };

/** `folder`: where the hosts keep the markers; /var/tmp unless set, /tmp where that does not exist. */
export function createOnce(exec: RemoteExec, folder = '/var/tmp'): Once {
  return {
    async run(host, effect, once) {
      nameable(once);
      const request = requestOf(effect);
      if (typeof request === 'string') return failed(request);
      const ready = await readiness(exec, host, request);
      if (ready.kind !== 'ready') return ready;
      if (Date.now() > once.deadline.getTime()) return { kind: 'refused', because: 'late' };
      const deadline = Math.floor(once.deadline.getTime() / 1000 + ready.aheadSeconds);
      const script = onceScript(once, { ...request, sender: ready.sender, deadline }, folder);
      const answer = await exec.run(host, script, LIMITS);
      if (answer.kind === 'no-answer')
        return answer.sent ? { kind: 'unknown', detail: answer.detail } : failed(answer.detail);
      return onceAnswer(answer.stdout, once);
    },
    async look(host, once) {
      nameable(once);
      const answer = await exec.run(host, lookScript(once, folder), LIMITS);
      if (answer.kind === 'no-answer') return { kind: 'no-answer', detail: answer.detail };
      return lookAnswer(answer.stdout, once);
    },
  };
}

/** These name files on the host. */
function nameable({ runId, no, fence }: Pick<OnceFrame, 'runId' | 'no' | 'fence'>): void {
  if (!/^[A-Za-z0-9-]{8,64}$/.test(runId) || !Number.isSafeInteger(no) || !Number.isSafeInteger(fence))
    throw new Error('a run id, a step number or a fence is not one');
}

type Request = Pick<OnceRequest, 'method' | 'url' | 'body' | 'type'>;

/** What to send, or why it cannot be sent at all. */
function requestOf({ method, url, body }: OnceEffect): Request | string {
  if (!URL.canParse(url)) return 'the address of the request is not one';
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    return 'only http and https requests are sent';
  if (parsed.username !== '' || parsed.password !== '')
    return 'an address with a user name in it is not used';
  const text = body?.text ?? '';
  if (text.includes('\0') || Buffer.byteLength(text) > MAX_BODY_BYTES)
    return 'the request is too long or not text';
  return { method, url: parsed, body: text, type: body ? MEDIA_TYPE[body.type] : '' };
}

type Ready =
  | { readonly kind: 'ready'; readonly sender: Sender; readonly aheadSeconds: number }
  | Extract<OnceAnswer, { kind: 'failed' | 'clock' }>;

/** Asks the host for its clock and its tools, which also opens the connection that the request then needs. */
async function readiness(exec: RemoteExec, host: Host, { url }: Pick<Request, 'url'>): Promise<Ready> {
  const before = Date.now();
  const answer = await exec.run(host, PROBE, PROBE_LIMITS);
  const tookSeconds = (Date.now() - before) / 1000;
  if (answer.kind === 'no-answer') return failed(answer.detail);
  const lines = answer.stdout.split('\n');
  const clock = lines.find((line) => /^\d{9,12}$/.test(line));
  if (clock === undefined) return failed('the host does not tell its time');
  // The clock was read some time between the two moments, and the host tells whole seconds.
  const aheadSeconds = Number(clock) + 0.5 - (before / 1000 + tookSeconds / 2);
  if (Math.abs(aheadSeconds) > CLOCK_SECONDS + 0.5 + tookSeconds / 2) return { kind: 'clock', aheadSeconds };
  const senders: readonly Sender[] = url.protocol === 'http:' ? ['curl', 'bash', 'wget'] : ['curl', 'wget'];
  const sender = senders.find((name) => lines.includes(name));
  if (sender === undefined) return failed(`the host has none of ${senders.join(', ')}`);
  return { kind: 'ready', sender, aheadSeconds };
}

function onceAnswer(stdout: string, once: OnceFrame): OnceAnswer {
  const { word, rest, body } = answerIn(stdout, answerMark(once));
  switch (word) {
    case 'done':
      return { kind: 'done', status: Number(rest), body };
    case 'already':
    case 'late':
    case 'fenced':
    case 'no-marker':
      return { kind: 'refused', because: word };
    case 'unsent':
      return failed(rest);
    case 'lost':
      return { kind: 'unknown', detail: `the request may have left, and no answer came (exit code ${rest})` };
    default:
      return { kind: 'unknown', detail: 'the host did not say how it ended' };
  }
}

function lookAnswer(stdout: string, once: LookOnce): OnceLook {
  const { word, rest, body } = answerIn(stdout, answerMark(once));
  switch (word) {
    case 'never':
    case 'begun':
      return { kind: word };
    case 'happened':
      return { kind: 'happened', status: Number(rest), body };
    case 'no-marker':
      return { kind: 'no-answer', detail: 'the host has no safe place for the marker' };
    default:
      return { kind: 'no-answer', detail: 'the host did not say what it found' };
  }
}

/** The first line that begins with the mark, and everything after it. */
function answerIn(stdout: string, mark: string): { word: string; rest: string; body: string } {
  const at = `\n${stdout}`.indexOf(`\n${mark} `);
  if (at === -1) return { word: '', rest: '', body: '' };
  const [line = '', ...body] = stdout.slice(at + mark.length + 1).split('\n');
  const [word = '', ...rest] = line.split(' ');
  return { word, rest: rest.join(' '), body: body.join('\n') };
}

const failed = (detail: string): Extract<OnceAnswer, { kind: 'failed' }> => ({ kind: 'failed', detail });
