import { type Opening, sentences, type Words, words } from '../kit/index.ts';
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

/** Brackets that are open: written with the step that opens them, removed with the step that closes them. */
export interface Brackets {
  /** The oldest first. */
  readonly all: () => Promise<readonly OpenBracket[]>;
  /** Takes those for which people are to be called now, each for one caller, with the number of the call. */
  readonly take: () => Promise<readonly OpenBracket[]>;
  /** These playbooks looked, by this run, and found nothing to do: what one of them closes is closed. Answers how many that were. */
  readonly foundClosed: (
    playbooks: readonly string[],
    args: Readonly<Record<string, unknown>>,
    by: RunId,
  ) => Promise<number>;
}

/** Whether the run was itself to close what it opened. */
export const closesItself = (
  { plan }: Pick<Run, 'plan'>,
  { bracket, where }: Pick<Opening, 'bracket' | 'where'>,
): boolean =>
  plan?.steps.some(({ closes }) => closes?.bracket === bracket && closes.where === where) ?? false;

/** The argument of the button that closes a bracket. */
export const closeArg = ({ bracket, where }: Pick<Opening, 'bracket' | 'where'>): string =>
  JSON.stringify([bracket, where]);

/** What a run opened, by the argument of the button: read from the plan that was confirmed. */
export const openingOf = ({ plan }: Pick<Run, 'plan'>, arg: string | undefined): Opening | undefined =>
  plan?.steps.map(({ opens }) => opens).find((opening) => opening && closeArg(opening) === arg);

/** Said to people again and again while it is open. */
export function callFor({ opening, runId, by, calls }: OpenBracket, minutesOpen: number): Words {
  const { says } = opening;
  return sentences(
    words(`Still open: ${says.en} (${opening.where})`, `仍未关闭：${says.zh}（${opening.where}）`),
    words(
      `For ${minutesOpen} min, by run ${shortId(runId)}${by ? ` of ${by.name}` : ''}.`,
      `已持续 ${minutesOpen} 分钟，由${by ? ` ${by.name} 的` : ''}任务 ${shortId(runId)} 打开。`,
    ),
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
