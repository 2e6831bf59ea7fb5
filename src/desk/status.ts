import { localTime, placeWords, type Words, words } from '../kit/index.ts';
import type { OpenBracket } from '../runs/brackets.ts';
import type { ResourceLock } from '../runs/locks.ts';
import { isReadOnly } from '../runs/read-only.ts';
import { type Person, type RunId, shortId } from '../runs/run.ts';
import { type DeskDeps, systemOf } from './deps.ts';
import { may } from './may.ts';
import type { Arrival, Reply } from './port.ts';

/** What is stopped, open and locked now, as far as the person may look at the systems that it is about. */
export async function statusFor(deps: DeskDeps, { person }: Arrival): Promise<Reply> {
  const [readOnly, brackets, locks] = await Promise.all([
    deps.readOnly.now(),
    deps.brackets.all(),
    deps.locks.all(),
  ]);
  const mayLook = await visible(deps, person, [...brackets, ...locks]);
  const open = brackets.filter(({ runId }) => mayLook.has(runId));
  const held = locks.filter(({ runId }) => mayLook.has(runId));
  const at = (iso: string): string => localTime(iso, deps.estate.timeZone);
  const lines = [
    readOnly ? isReadOnly(readOnly) : words('Read-only is off.', '只读模式未开启。'),
    open.length === 0
      ? words('Nothing is open that must be closed.', '没有待关闭的项。')
      : words(`Open, to be closed (${open.length}):`, `待关闭（${open.length}）：`),
    ...open.map((each) => openLine(each, at)),
    held.length === 0
      ? words('No change has a lock.', '没有变更持有锁。')
      : words(`Locks (${held.length}):`, `锁（${held.length}）：`),
    ...held.map((each) => lockLine(each, at)),
  ];
  return {
    kind: 'says',
    isWell: true,
    says: words(lines.map(({ en }) => en).join('\n'), lines.map(({ zh }) => zh).join('\n')),
  };
}

/** The runs of which the person may know. */
async function visible(
  deps: DeskDeps,
  person: Person,
  about: readonly { readonly runId: RunId }[],
): Promise<ReadonlySet<RunId>> {
  const seen = new Set<RunId>();
  for (const id of new Set(about.map(({ runId }) => runId))) {
    const run = await deps.runs.get(id).catch(() => undefined);
    const system = systemOf(deps, run?.plan?.playbook ?? '');
    if (may(deps, person, 'look', [system]).verdict !== 'no') seen.add(id);
  }
  return seen;
}

const byWhom = ({ runId, by }: Pick<OpenBracket, 'runId' | 'by'>): Words =>
  words(
    `run ${shortId(runId)}${by ? ` of ${by.name}` : ''}`,
    `${by ? `${by.name} 的` : ''}任务 ${shortId(runId)}`,
  );

function openLine(open: OpenBracket, at: (iso: string) => string): Words {
  const { opening, openedAt, dueAt, calls } = open;
  const who = byWhom(open);
  return words(
    `• ${opening.says.en} (${opening.where}), since ${at(openedAt)}, by ${who.en}; at most until ${at(dueAt)}${calls > 0 ? `; people were called ${calls} times` : ''}`,
    `• ${opening.says.zh}（${opening.where}），自 ${at(openedAt)} 起，${who.zh}；最晚至 ${at(dueAt)}${calls > 0 ? `；已提醒 ${calls} 次` : ''}`,
  );
}

function lockLine(lock: ResourceLock, at: (iso: string) => string): Words {
  const { resource, held, reason, since } = lock;
  const [place, who] = [placeWords(resource), byWhom(lock)];
  const what = reason ? words(`: ${reason.en}`, `：${reason.zh}`) : words('', '');
  return held
    ? words(
        `• ${place.en}, by ${who.en}${what.en}, since ${at(since)}`,
        `• ${place.zh}，${who.zh}${what.zh}，自 ${at(since)} 起`,
      )
    : words(
        `• ${place.en}, waited for by ${who.en}${what.en}, since ${at(since)}`,
        `• ${place.zh}，${who.zh}正在等待${what.zh}，自 ${at(since)} 起`,
      );
}
