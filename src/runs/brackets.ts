import { type Opening, sentences, type Words, words } from '../kit/index.ts';
import { isOnlyIfNotDone } from './layout.ts';
import { type Person, type Run, type RunId, shortId } from './run.ts';

/** A state of the estate that is open and must be closed. Times are the database's, ISO 8601. */
export interface OpenBracket {
  readonly opening: Opening;
  readonly runId: RunId;
  /** The step that opened it. */
  readonly step: number;
  /** Who asked for the change, and what it is; absent where this version cannot read it. */
  readonly by?: Person;
  readonly reason?: Words;
  readonly openedAt: string;
  /** When its minutes are over. */
  readonly dueAt: string;
  /** How often people were called because of it. */
  readonly calls: number;
}

/** Brackets of one name that one run left open and one playbook closes: people are called because of all of them at once. */
export interface DueBrackets {
  readonly open: readonly [OpenBracket, ...OpenBracket[]];
  /** The number of the call; absent where people are called only if what its opening waits for holds. */
  readonly call?: number;
}

/** Brackets that are open: written with the step that opens them, removed with the step that closes them. */
export interface Brackets {
  /** The oldest first. */
  readonly all: () => Promise<readonly OpenBracket[]>;
  /** Takes those for which people are to be called now, or that are to be looked at, each for one caller. */
  readonly take: () => Promise<readonly DueBrackets[]>;
  /** After such a look: people are called now. The number of the call; undefined where somebody else calls them, or all are closed. */
  readonly call: (looked: DueBrackets) => Promise<number | undefined>;
  /** These playbooks looked, by this run, and found nothing to do: what one of them closes is closed. Answers how many that were. */
  readonly foundClosed: (
    playbooks: readonly string[],
    args: Readonly<Record<string, unknown>>,
    by: RunId,
  ) => Promise<number>;
}

/** Whether the run was itself to close what it opened, however it went. */
export const closesItself = (
  { plan }: Pick<Run, 'plan'>,
  { bracket, where }: Pick<Opening, 'bracket' | 'where'>,
): boolean =>
  plan?.steps.some(
    ({ closes }, at) =>
      closes?.bracket === bracket && closes.where === where && !isOnlyIfNotDone(plan, at + 1),
  ) ?? false;

/** The argument of the button that closes a bracket. */
export const closeArg = ({ bracket, where }: Pick<Opening, 'bracket' | 'where'>): string =>
  JSON.stringify([bracket, where]);

/** What a run opened, by the argument of the button: read from the plan that was confirmed. */
export const openingOf = ({ plan }: Pick<Run, 'plan'>, arg: string | undefined): Opening | undefined =>
  plan?.steps.map(({ opens }) => opens).find((opening) => opening && closeArg(opening) === arg);

/** Said to people again and again while they are open. `isOver`: nothing needs them any more. */
export function callFor(
  { open }: Pick<DueBrackets, 'open'>,
  calls: number,
  minutesOpen: number,
  isOver: boolean,
): Words {
  const [{ opening, runId, by }] = open;
  const { says } = opening;
  const places = open.map((each) => each.opening.where);
  return sentences(
    words(`Still open: ${says.en} (${places.join(', ')})`, `仍未关闭：${says.zh}（${places.join('、')}）`),
    words(
      `For ${minutesOpen} min, by run ${shortId(runId)}${by ? ` of ${by.name}` : ''}.`,
      `已持续 ${minutesOpen} 分钟，由${by ? ` ${by.name} 的` : ''}任务 ${shortId(runId)} 打开。`,
    ),
    isOver
      ? words('It is no longer needed: its cause is over.', '其原因已消除，无需再保持。')
      : words('', ''),
    words('Close it with the button below: the plan is shown first.', '请点击下方按钮关闭：将先展示方案。'),
    calls > 1 ? words(`Call ${calls}.`, `第 ${calls} 次提醒。`) : words('', ''),
  );
}

/** Why a step that opens something is not begun. */
export const alreadyOpen = ({ opening, runId, by }: Pick<OpenBracket, 'opening' | 'runId' | 'by'>): Words =>
  words(
    `Already open: ${opening.says.en} (${opening.where}), by run ${shortId(runId)}${by ? ` of ${by.name}` : ''}. Close that first.`,
    `已处于打开状态：${opening.says.zh}（${opening.where}），由${by ? ` ${by.name} 的` : ''}任务 ${shortId(runId)} 打开，请先关闭。`,
  );
