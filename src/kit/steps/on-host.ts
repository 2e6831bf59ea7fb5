import { hostNamed } from '../estate.ts';
import type { Ended, OnceAnswer, OnceCommand, OnceLook } from '../targets.ts';
import { sentences, type Words, words } from '../words.ts';
import {
  type Clocks,
  fenced,
  type Hands,
  type Heard,
  type Permitted,
  type StepFrame,
  type StepKind,
} from './hands.ts';

/** Seconds within which a step must have begun on its host, by the host's own clock. */
export const BEGIN_SECONDS = 30;

/** One command on a host, and what its end means. */
export interface CommandOnHost {
  readonly host: string;
  readonly command: OnceCommand;
  readonly judge: (ended: Exited) => Heard;
}

/** Ended by itself, with an exit code. */
export interface Exited {
  readonly code: number;
  readonly output: string;
}

/** A kind of step that one command on a host carries out. */
export const byCommand = <Of>(
  commandOf: (step: Of) => CommandOnHost,
): Required<Pick<StepKind<Of>, 'perform' | 'look' | 'resume'>> => ({
  perform: (step, frame, permitted, hands) => performCommand(commandOf(step), frame, permitted, hands),
  look: (step, frame, hands) => lookAtCommand(commandOf(step), frame, hands),
  resume: (step, frame, _, hands) => waitForCommand(commandOf(step), frame, hands),
});

/** Runs the command, at most once whatever happens, and waits for its end; put down meanwhile, it goes on by itself. */
export async function performCommand(
  { host, command, judge }: CommandOnHost,
  frame: StepFrame,
  permitted: Permitted,
  hands: Hands,
): Promise<Heard> {
  const at = hostNamed(hands.estate, host);
  if (!at) return { kind: 'without-effect', says: unlisted(host), evidence: '' };
  if (!(await permitted())) return fenced;
  const { clocks, once } = hands;
  const deadline = new Date(clocks.here().getTime() + BEGIN_SECONDS * 1000);
  const answer = await once.run(at, command, { ...frame, deadline }, frame.stopping);
  switch (answer.kind) {
    case 'ended':
      return ended(answer, command, judge);
    case 'unknown':
      // Whatever was lost on the way, the marker tells; a host that was cut off may come back meanwhile.
      return waitForCommand({ host, command, judge }, frame, hands);
    case 'done':
      return { kind: 'unknown', says: NO_RESULT, evidence: '' };
    case 'clock':
    case 'failed':
    case 'refused':
      return notBegun(answer, clocks, BEGUN);
    default:
      return answer satisfies never;
  }
}

/** After an unknown: tells the result; of a command that goes on, that it does. */
export async function lookAtCommand(of: CommandOnHost, frame: StepFrame, hands: Hands): Promise<Heard> {
  return (await lookOnce(of, frame, hands, SHORT_SECONDS)).heard;
}

/** Waits for the end of a command that goes on, and for a host that was cut off, as long as the command may take. */
export async function waitForCommand(of: CommandOnHost, frame: StepFrame, hands: Hands): Promise<Heard> {
  const { timeoutSeconds, graceSeconds } = of.command;
  const until = performance.now() + (timeoutSeconds + graceSeconds + SLACK_SECONDS) * 1000;
  for (;;) {
    const isStopping = frame.stopping?.aborted === true;
    const seen = await lookOnce(of, frame, hands, isStopping ? 0 : LOOK_SECONDS);
    const mayTell = seen.is === 'running' || (seen.is === 'no-answer' && performance.now() < until);
    if (!mayTell || isStopping) return seen.heard;
    if (seen.is === 'no-answer') await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/**
 * One that has outlived its time limit, because the process on the host that was to end it is gone, is ended now: the limit was
 * confirmed with it.
 */
async function lookOnce(
  { host, command, judge }: CommandOnHost,
  frame: StepFrame,
  hands: Hands,
  waitSeconds: number,
): Promise<{ readonly is: OnceLook['kind']; readonly heard: Heard }> {
  const at = hostNamed(hands.estate, host);
  if (!at) return { is: 'begun', heard: { kind: 'unknown', says: unlisted(host), evidence: '' } };
  const { once, clocks } = hands;
  const seen = await once.look(at, { ...frame, waitSeconds });
  if (seen.kind !== 'running') return { is: seen.kind, heard: seenCommand(seen, command, judge) };
  const most = command.timeoutSeconds + command.graceSeconds + SLACK_SECONDS;
  if (seen.seconds <= most) return { is: 'running', heard: goesOn(seen.seconds, await clocks.database()) };
  const cancelled = await once.cancel(at, frame, command.graceSeconds);
  return { is: 'ended', heard: seenCommand(cancelled, command, judge) };
}

/** For the host itself to end the command and to write that down, before somebody else does. */
const SLACK_SECONDS = 15;
/** One look waits so long for the end; then it is asked whether the run is to be put down. */
const LOOK_SECONDS = 5;
/** For a look after a lost worker, which others wait for. */
const SHORT_SECONDS = 1;
const LOOK_AGAIN_SECONDS = 10;

const goesOn = (seconds: number, now: Date): Heard => ({
  kind: 'waits',
  waiting: { for: 'time', until: new Date(now.getTime() + LOOK_AGAIN_SECONDS * 1000) },
  says: words(
    `Still running on the host, since ${seconds} s; it is not begun again.`,
    `仍在主机上执行，已 ${seconds} 秒；不会重复执行。`,
  ),
  evidence: '',
});

function seenCommand(seen: OnceLook, command: OnceCommand, judge: CommandOnHost['judge']): Heard {
  switch (seen.kind) {
    case 'ended':
      return ended(seen, command, judge);
    case 'running':
      return {
        kind: 'unknown',
        says: words(
          `Still running on the host after ${seen.seconds} s; it could not be ended.`,
          `在主机上执行 ${seen.seconds} 秒后仍在运行，无法终止。`,
        ),
        evidence: '',
      };
    case 'happened':
      return { kind: 'unknown', says: NO_RESULT, evidence: '' };
    case 'begun':
    case 'never':
    case 'no-answer':
      return seenNothing(seen, BEGUN);
    default:
      return seen satisfies never;
  }
}

function ended(answer: Ended, command: OnceCommand, judge: CommandOnHost['judge']): Heard {
  const { code, output: evidence, cut, left } = answer;
  if (cut !== undefined) {
    const why =
      cut === 'limit'
        ? words(
            `Ended after its time limit of ${command.timeoutSeconds} s.`,
            `已超过时限 ${command.timeoutSeconds} 秒，已终止。`,
          )
        : words('Ended on the host.', '已在主机上终止。');
    return left === 0
      ? { kind: 'failed', says: sentences(why, NOTHING_LEFT), evidence }
      : { kind: 'unknown', says: sentences(why, stillThere(left)), evidence };
  }
  return code === null ? { kind: 'unknown', says: NO_RESULT, evidence } : judge({ code, output: evidence });
}

const NOTHING_LEFT = words(
  'Looked: nothing of it is left. Part of it may have taken effect.',
  '已核对：没有残留进程。可能已部分生效。',
);

const stillThere = (left: number): Words =>
  words(
    `Looked: ${left === 1 ? '1 process that it began is' : `${left} processes that it began are`} still there.`,
    `已核对：仍有 ${left} 个由其启动的进程。`,
  );

const NO_RESULT = words(
  'Looked on the host: it was begun and left no result.',
  '已核对主机：已开始但没有结果。',
);

export const unlisted = (name: string): Words =>
  words(`Host ${name} is no longer in the inventory.`, `主机 ${name} 已不在资产清单中。`);

/** How people say that a command, or a request, took its course. */
const BEGUN = words('begun', '执行');
export const SENT = words('sent', '发送');

/** Why a step was not begun on its host this time. */
export function notBegun(
  answer: Extract<OnceAnswer, { kind: 'refused' | 'failed' | 'clock' }>,
  clocks: Clocks,
  verb: Words,
): Heard | Promise<Heard> {
  switch (answer.kind) {
    case 'refused':
      return {
        kind: answer.because === 'already' ? 'unknown' : 'without-effect',
        says: REFUSED[answer.because](verb),
        evidence: answer.because,
      };
    case 'failed':
      return {
        kind: 'without-effect',
        says: sentences(words(`Not ${verb.en}: ${answer.detail}`, `未${verb.zh}：${answer.detail}`)),
        evidence: answer.detail,
      };
    case 'clock':
      return clockAnswer(answer.aheadSeconds, clocks, verb);
    default:
      return answer satisfies never;
  }
}

/** Says of a look without a result how it stands. */
export function seenNothing(
  seen: Extract<OnceLook, { kind: 'never' | 'begun' | 'no-answer' }>,
  verb: Words,
): Heard {
  switch (seen.kind) {
    case 'never':
      return {
        kind: 'without-effect',
        says: words(
          `Looked on the host: it was never ${verb.en}, and never will be.`,
          `已核对主机：从未${verb.zh}，以后也不会${verb.zh}。`,
        ),
        evidence: '',
      };
    case 'begun':
      return { kind: 'unknown', says: NO_RESULT, evidence: '' };
    case 'no-answer':
      return {
        kind: 'unknown',
        says: NO_ANSWER,
        evidence: seen.detail,
      };
    default:
      return seen satisfies never;
  }
}

const NO_ANSWER = words('The host cannot be asked now.', '目前无法访问该主机。');

const REFUSED = {
  already: () => words('The host says that this step was begun before.', '主机显示该步骤此前已经开始过。'),
  late: ({ en, zh }) => words(`Too late by the clock of the host; not ${en}.`, `按主机时钟已超时，未${zh}。`),
  fenced: ({ en, zh }) =>
    words(`Another worker has taken over; not ${en}.`, `已由其他执行进程接管，未${zh}。`),
  'no-marker': ({ en, zh }) =>
    words(
      `The host has no place to write its marker (disk full?); not ${en}.`,
      `主机无法写入标记（磁盘已满？），未${zh}。`,
    ),
} as const satisfies Readonly<Record<string, (verb: Words) => Words>>;

/** Further apart, a clock is called wrong. */
const CLOCK_SECONDS = 5;

/** The host and this worker disagree; the database tells which of them is wrong. */
async function clockAnswer(hostAheadSeconds: number, clocks: Clocks, verb: Words): Promise<Heard> {
  const workerAhead = (clocks.here().getTime() - (await clocks.database()).getTime()) / 1000;
  const hostAhead = hostAheadSeconds + workerAhead;
  const worker = Math.abs(workerAhead) > CLOCK_SECONDS || Math.abs(workerAhead) > Math.abs(hostAhead);
  const host = Math.abs(hostAhead) > CLOCK_SECONDS || Math.abs(hostAhead) > Math.abs(workerAhead);
  const evidence = `seconds ahead of the database: host ${hostAhead.toFixed(1)}, worker ${workerAhead.toFixed(1)}`;
  return {
    kind: 'without-effect',
    says: wrongClock(worker, host, { workerAhead, hostAhead }, verb),
    evidence,
  };
}

function wrongClock(
  worker: boolean,
  host: boolean,
  { workerAhead, hostAhead }: { readonly workerAhead: number; readonly hostAhead: number },
  { en, zh }: Words,
): Words {
  const off = (seconds: number): number => Math.round(Math.abs(seconds));
  if (worker && host)
    return words(
      `The clocks of the host (${off(hostAhead)} s) and of this worker (${off(workerAhead)} s) are off; not ${en}. Set both, then ask again.`,
      `主机时钟（偏差 ${off(hostAhead)} 秒）和执行进程所在机器的时钟（偏差 ${off(workerAhead)} 秒）均不准确，未${zh}。请校准后重新发起。`,
    );
  return worker
    ? words(
        `The clock of this worker is ${off(workerAhead)} s off; not ${en}. Set the clock of the machine that Fettle's worker runs on, then ask again.`,
        `执行进程所在机器的时钟偏差 ${off(workerAhead)} 秒，未${zh}。请校准该机器的时钟后重新发起。`,
      )
    : words(
        `The clock of the host is ${off(hostAhead)} s off; not ${en}. Set it, then ask again.`,
        `主机时钟偏差 ${off(hostAhead)} 秒，未${zh}。请校准后重新发起。`,
      );
}
