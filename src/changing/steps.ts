import type {
  Captured,
  DeleteRowsStep,
  Estate,
  Host,
  InsertRowsStep,
  Row,
  Step,
  Words,
} from '../kit/index.ts';
import { capture, captureSaying, maskRow, sentences, words } from '../kit/index.ts';
import { canonicalJson } from '../runs/canonical.ts';
import type { RunId } from '../runs/run.ts';
import { databaseNamed } from './prepare.ts';
import type { Permit, PostAnswer, PostLook, RowsAnswer, Targets } from '../runs/targets.ts';
import { EVIDENCE_CAP } from '../inspecting/evidence.ts';

/** Seconds within which a request must have left the host, by its own clock. */
const POST_SECONDS = 30;

/** `not-done`: certainly without effect. `unknown`: nobody knows; look, never repeat. */
export interface StepAnswer {
  readonly kind: 'done' | 'not-done' | 'unknown';
  readonly says: Words;
  readonly evidence: Captured;
}

/** As the targets said it. */
type Heard = Omit<StepAnswer, 'evidence'> & { readonly evidence: string };

export interface StepFrame {
  readonly runId: RunId;
  readonly no: number;
  readonly fence: number;
  /** The step certainly had not begun before this. */
  readonly since: Date;
}

/** This process's clock, and the database's, which says which of two clocks is wrong. */
export interface Clocks {
  readonly here: () => Date;
  readonly database: () => Promise<Date>;
}

/**
 * Performs one step, at most once whatever happens: rows under a named lock, while `permit` says so there; requests behind a
 * marker on the host, which whoever looks takes first.
 */
export const performStep = async (...asked: Parameters<typeof perform>): Promise<StepAnswer> =>
  captured(await perform(...asked));

async function perform(
  step: Step,
  frame: StepFrame,
  permit: Permit,
  targets: Pick<Targets, 'rows' | 'post'>,
  estate: Estate,
  clocks: Clocks,
): Promise<Heard> {
  // A journal that cannot be asked permits nothing.
  const permitted = (): Promise<boolean> => permit().catch(() => false);
  switch (step.kind) {
    case 'delete-rows':
      return rowsAnswer(
        await targets.rows.deleteRows(databaseNamed(estate, step.database), step, lockName(frame), permitted),
        step,
      );
    case 'insert-rows':
      return rowsAnswer(
        await targets.rows.insertRows(databaseNamed(estate, step.database), step, lockName(frame), permitted),
        step,
      );
    case 'post': {
      const host = hostNamed(estate, step.host);
      if (!host) return { kind: 'not-done', says: unlisted(step.host), evidence: '' };
      if (!(await permitted())) return fenced;
      const deadline = new Date(clocks.here().getTime() + POST_SECONDS * 1000);
      const answer = await targets.post.post(host, step, { ...frame, deadline });
      return answer.kind === 'clock' ? clockAnswer(answer.aheadSeconds, clocks) : postAnswer(answer);
    }
    default:
      return step satisfies never;
  }
}

/** After an unknown: looks whether the step took effect. Changes nothing but, for a request never sent, that it never will be. */
export const lookAtStep = async (...asked: Parameters<typeof look>): Promise<StepAnswer> =>
  captured(await look(...asked));

const captured = ({ kind, says, evidence }: Heard): StepAnswer => ({
  kind,
  says: captureSaying(says),
  evidence: capture(evidence, EVIDENCE_CAP.notOk),
});

async function look(
  step: Step,
  frame: StepFrame,
  targets: Pick<Targets, 'rows' | 'post'>,
  estate: Estate,
): Promise<Heard> {
  switch (step.kind) {
    case 'delete-rows':
    case 'insert-rows':
      return rowsSeen(
        step,
        await targets.rows.lookAtRows(databaseNamed(estate, step.database), step, lockName(frame)),
      );
    case 'post': {
      const host = hostNamed(estate, step.host);
      return host
        ? postSeen(await targets.post.lookAtPost(host, step, frame))
        : { kind: 'unknown', says: unlisted(step.host), evidence: '' };
    }
    default:
      return step satisfies never;
  }
}

const lockName = ({ runId }: StepFrame): string => `fettle:${runId}`;

const hostNamed = (estate: Estate, name: string): Host | undefined =>
  estate.hosts.find((host) => host.name === name);

const unlisted = (name: string): Words =>
  words(`Host ${name} is no longer in the inventory.`, `主机 ${name} 已不在资产清单中。`);

const fenced: Heard = {
  kind: 'not-done',
  says: words(
    'The change was no longer certain to be this worker’s; it was not carried out.',
    '无法确认该变更仍由本执行进程负责，未执行。',
  ),
  evidence: '',
};

function rowsAnswer(answer: RowsAnswer, step: DeleteRowsStep | InsertRowsStep): Heard {
  const deleting = step.kind === 'delete-rows';
  switch (answer.kind) {
    case 'done':
      return {
        kind: 'done',
        says: deleting
          ? words(`${rowCount(answer.rows)} deleted.`, `已删除 ${answer.rows} 行。`)
          : words(`${rowCount(answer.rows)} put back.`, `已恢复 ${answer.rows} 行。`),
        evidence: rowsJson(step.rows),
      };
    case 'differs':
      return {
        kind: 'not-done',
        says: words('The rows are no longer what was shown; rolled back.', '数据行与展示时不一致，已回滚。'),
        evidence: rowsJson(answer.found),
      };
    case 'fenced':
      return fenced;
    case 'failed':
      return {
        kind: 'not-done',
        says: sentences(words(`Rolled back: ${answer.detail}`, `已回滚：${answer.detail}`)),
        evidence: answer.detail,
      };
    case 'unknown':
      return {
        kind: 'unknown',
        says: words(
          'The database went away while the change was being committed.',
          '提交变更时数据库连接中断。',
        ),
        evidence: answer.detail,
      };
    default:
      return answer satisfies never;
  }
}

function rowsSeen(
  step: DeleteRowsStep | InsertRowsStep,
  seen: {
    readonly present: readonly Row[];
    readonly changed: readonly Row[];
    readonly absent: readonly Row[];
  },
): Heard {
  const evidence = canonicalJson({
    present: seen.present.map(maskRow),
    changed: seen.changed.map(maskRow),
    absent: seen.absent.map(maskRow),
  });
  const { present, changed, absent } = {
    present: seen.present.length,
    changed: seen.changed.length,
    absent: seen.absent.length,
  };
  const all = step.rows.length;
  const [took, not] = step.kind === 'delete-rows' ? [absent, present] : [present, absent];
  if (took === all)
    return {
      kind: 'done',
      says: words('Looked at the rows: the change took effect.', '已核对数据行：变更已生效。'),
      evidence,
    };
  if (not === all)
    return {
      kind: 'not-done',
      says: words('Looked at the rows: the change did not take effect.', '已核对数据行：变更未生效。'),
      evidence,
    };
  return {
    kind: 'unknown',
    says: words(
      `Looked at the rows: ${present} as shown, ${changed} different, ${absent} absent. A person must decide.`,
      `已核对数据行：${present} 行与展示一致，${changed} 行不同，${absent} 行不存在。需要人工判断。`,
    ),
    evidence,
  };
}

function postAnswer(answer: Exclude<PostAnswer, { kind: 'clock' }>): Heard {
  switch (answer.kind) {
    case 'done':
      return replied(answer.status, answer.body);
    case 'refused':
      return {
        kind: answer.because === 'already' ? 'unknown' : 'not-done',
        says: REFUSED[answer.because],
        evidence: answer.because,
      };
    case 'failed':
      return {
        kind: 'not-done',
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
  return { kind: 'not-done', says: wrongClock(worker, host, workerAhead, hostAhead), evidence };
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

function postSeen(seen: PostLook): Heard {
  switch (seen.kind) {
    case 'never':
      return {
        kind: 'not-done',
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
      kind: 'not-done',
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

const rowsJson = (rows: readonly Row[]): string => canonicalJson(rows.map(maskRow));

const rowCount = (rows: number): string => `${rows} row${rows === 1 ? '' : 's'}`;
