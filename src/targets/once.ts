import type { Host } from '../kit/index.ts';
import { MEDIA_TYPE } from '../kit/steps/request.ts';
import type {
  Ended,
  LookOnce,
  Once,
  OnceAnswer,
  OnceCommand,
  OnceFrame,
  OnceLook,
  OnceRequest,
  RemoteExec,
} from '../kit/targets.ts';
import { commandScript } from './once-command.ts';
import { cancelScript, lookScript } from './once-look.ts';
import { answerMark, PROBE } from './once-marker.ts';
import { requestScript, type Sender, type SentRequest } from './once-request.ts';

const MAX_BODY_BYTES = 65_536;
/** Half of what fits into one argument of a program. */
const MAX_COMMAND_BYTES = 65_536;
const MOST_SECONDS = 3600;
/** Further apart, a deadline means nothing. */
const CLOCK_SECONDS = 5;
const PROBE_LIMITS = { timeoutSeconds: 15, outputCapBytes: 4096 };
/** The request's own ten seconds, once more where it is sent elsewhere, or the wait for one under way, and a slow login. */
const SLOW_SECONDS = 30;
const OUTPUT_CAP_BYTES = 131_072;
/** After KILL, for the last of it to go and for what is left to be looked for. */
const AFTER_KILL_SECONDS = 15;

/** `folder`: where the hosts keep the markers; /var/tmp unless set, /tmp where that does not exist. */
export function createOnce(exec: RemoteExec, folder = '/var/tmp'): Once {
  return {
    async run(host, effect, once, signal) {
      nameable(once);
      const what = effect.kind === 'command' ? commandOf(effect) : requestOf(effect);
      if (typeof what === 'string') return failed(what);
      const ready = await readiness(exec, host);
      if (ready.kind !== 'ready') return ready;
      if (Date.now() > once.deadline.getTime()) return { kind: 'refused', because: 'late' };
      const deadline = Math.floor(once.deadline.getTime() / 1000 + ready.aheadSeconds);
      const made = scriptOf(what, once, deadline, { tools: ready.tools, folder });
      if ('missing' in made) return failed(made.missing);
      const answer = await exec.run(host, made.script, limitsOf(what), signal);
      if (answer.kind === 'no-answer')
        return answer.sent ? { kind: 'unknown', detail: answer.detail } : failed(answer.detail);
      return onceAnswer(answer.stdout, once);
    },
    look: (host, once) => asked(host, once, lookScript(once, folder), SLOW_SECONDS),
    cancel: (host, once, graceSeconds) =>
      asked(
        host,
        once,
        cancelScript(once, folder, graceSeconds),
        SLOW_SECONDS + graceSeconds + AFTER_KILL_SECONDS,
      ),
  };

  async function asked(
    host: Host,
    once: LookOnce,
    script: string,
    timeoutSeconds: number,
  ): Promise<OnceLook> {
    nameable(once);
    const answer = await exec.run(host, script, { timeoutSeconds, outputCapBytes: OUTPUT_CAP_BYTES });
    if (answer.kind === 'no-answer') return { kind: 'no-answer', detail: answer.detail };
    return lookAnswer(answer.stdout, once);
  }
}

const limitsOf = (what: Request | OnceCommand) => ({
  outputCapBytes: OUTPUT_CAP_BYTES,
  timeoutSeconds:
    what.kind === 'command'
      ? SLOW_SECONDS + what.timeoutSeconds + what.graceSeconds + AFTER_KILL_SECONDS
      : SLOW_SECONDS,
});

/** These name files on the host. */
function nameable({ runId, no, fence }: Pick<OnceFrame, 'runId' | 'no' | 'fence'>): void {
  if (!/^[A-Za-z0-9-]{8,64}$/.test(runId) || !Number.isSafeInteger(no) || !Number.isSafeInteger(fence))
    throw new Error('a run id, a step number or a fence is not one');
}

type Request = { readonly kind: 'request' } & Omit<SentRequest, 'sender' | 'deadline'>;

/** The command as it is run, or why it cannot be run at all. */
function commandOf(effect: OnceCommand): OnceCommand | string {
  const { command, as, timeoutSeconds, graceSeconds } = effect;
  const texts = [command, as?.command ?? ''];
  if (texts.some((text) => text.includes('\0') || Buffer.byteLength(text) > MAX_COMMAND_BYTES))
    return 'the command is too long or not text';
  if (as !== undefined && !/^[a-z_][a-z0-9_-]{0,31}$/.test(as.user)) return 'this is not the name of a user';
  const isTime = (seconds: number): boolean =>
    Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= MOST_SECONDS;
  return isTime(timeoutSeconds) && isTime(graceSeconds) && timeoutSeconds > 0
    ? effect
    : 'the time limit of the command is not one';
}

/** What to send, or why it cannot be sent at all. */
function requestOf({ method, url, ifNotFound, body }: OnceRequest): Request | string {
  if (!URL.canParse(url) || (ifNotFound !== undefined && !URL.canParse(ifNotFound)))
    return 'the address of the request is not one';
  const parsed = new URL(url);
  const instead = ifNotFound === undefined ? undefined : new URL(ifNotFound);
  if (instead && (instead.origin !== parsed.origin || instead.username !== '' || instead.password !== ''))
    return 'the two addresses of the request are not of one server';
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    return 'only http and https requests are sent';
  if (parsed.username !== '' || parsed.password !== '')
    return 'an address with a user name in it is not used';
  const text = body?.text ?? '';
  if (text.includes('\0') || Buffer.byteLength(text) > MAX_BODY_BYTES)
    return 'the request is too long or not text';
  const type = body ? MEDIA_TYPE[body.type] : '';
  return { kind: 'request', method, url: parsed, ...(instead ? { instead } : {}), body: text, type };
}

type Ready =
  | { readonly kind: 'ready'; readonly tools: readonly string[]; readonly aheadSeconds: number }
  | Extract<OnceAnswer, { kind: 'failed' | 'clock' }>;

/** Asks the host for its clock and its tools, which also opens the connection that the effect then needs. */
async function readiness(exec: RemoteExec, host: Host): Promise<Ready> {
  const before = Date.now();
  const answer = await exec.run(host, PROBE, PROBE_LIMITS);
  const tookSeconds = (Date.now() - before) / 1000;
  if (answer.kind === 'no-answer') return failed(answer.detail);
  const tools = answer.stdout.split('\n');
  const clock = tools.find((line) => /^\d{9,12}$/.test(line));
  if (clock === undefined) return failed('the host does not tell its time');
  // The clock was read some time between the two moments, and the host tells whole seconds.
  const aheadSeconds = Number(clock) + 0.5 - (before / 1000 + tookSeconds / 2);
  return Math.abs(aheadSeconds) > CLOCK_SECONDS + 0.5 + tookSeconds / 2
    ? { kind: 'clock', aheadSeconds }
    : { kind: 'ready', tools, aheadSeconds };
}

/** The script that carries it out with the tools of the host; `missing` names those that it lacks. */
function scriptOf(
  what: Request | OnceCommand,
  once: OnceFrame,
  deadline: number,
  { tools, folder }: { readonly tools: readonly string[]; readonly folder: string },
): { readonly script: string } | { readonly missing: string } {
  if (what.kind === 'command') {
    const missing = NEEDED.filter((name) => !tools.includes(name));
    return missing.length > 0
      ? { missing: `the host has no ${missing.join(', no ')}` }
      : { script: commandScript(once, what, deadline, folder) };
  }
  const senders: readonly Sender[] =
    what.url.protocol === 'http:' ? ['curl', 'bash', 'wget'] : ['curl', 'wget'];
  const sender = senders.find((name) => tools.includes(name));
  return sender === undefined
    ? { missing: `the host has none of ${senders.join(', ')}` }
    : { script: requestScript(once, { ...what, sender, deadline }, folder) };
}

/** Without these a command cannot have a session and an output of its own, nor be looked after. */
const NEEDED = ['setsid', 'mkfifo', 'dd', '/proc'];

function onceAnswer(stdout: string, once: OnceFrame): OnceAnswer {
  const { word, rest, body } = answerIn(stdout, answerMark(once));
  switch (word) {
    case 'done':
      return { kind: 'done', status: Number(rest), body };
    case 'ended':
      return endedAs(rest, body);
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
      return { kind: 'never' };
    case 'begun':
      // Negative after a restart of the host, which counts anew.
      return /^\d{1,9}$/.test(rest) ? { kind: 'begun', secondsAgo: Number(rest) } : { kind: 'begun' };
    case 'happened':
      return { kind: 'happened', status: Number(rest), body };
    case 'ended':
      return endedAs(rest, body);
    case 'running':
      return { kind: 'running', seconds: Number(rest) };
    case 'no-marker':
      return { kind: 'no-answer', detail: 'the host has no safe place for the marker' };
    default:
      return { kind: 'no-answer', detail: 'the host did not say what it found' };
  }
}

/** `<exit code or -> <why it was cut short or -> <processes left>`. */
function endedAs(told: string, output: string): Ended {
  const [code = '', cut = '', left = ''] = told.split(' ');
  return {
    kind: 'ended',
    code: /^\d{1,3}$/.test(code) ? Number(code) : null,
    output,
    ...(cut === 'limit' || cut === 'cancelled' ? { cut } : {}),
    left: Number(left),
  };
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
