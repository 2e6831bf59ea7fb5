import { type Words, words } from '../kit/index.ts';
import { type Run, shortId } from './run.ts';

/** For whom or what a change waits that was put down, or whose window is closed, since when and until when; `at` says a time (ISO 8601). undefined: it waits for nothing. */
export function waitsFor(run: Run, at: (iso: string) => string): Words | undefined {
  const { waiting, state } = run;
  if ((state !== 'suspended' && state !== 'approved') || !waiting) return undefined;
  const { en, zh } = whom(run, waiting, at);
  const since = at(waiting.since);
  return words(`Waits ${en}, since ${since}`, `等待${zh}，自 ${since} 起`);
}

function whom({ plan }: Run, waiting: NonNullable<Run['waiting']>, at: (iso: string) => string): Words {
  switch (waiting.for) {
    case 'person': {
      const title = plan?.steps[waiting.step - 1]?.title;
      const late = waiting.until === undefined ? undefined : at(waiting.until);
      return words(
        `for a person to answer step ${waiting.step}${title ? `, ${title.en}` : ''}${late ? ` (late after ${late})` : ''}`,
        `人工答复第 ${waiting.step} 步${title ? `“${title.zh}”` : ''}${late ? `（${late} 后视为超时）` : ''}`,
      );
    }
    case 'time':
      return words(`until ${at(waiting.until)}`, `至 ${at(waiting.until)}`);
    case 'lock':
      return words(
        `for run ${shortId(waiting.heldBy)}, which works on the same, to end`,
        `任务 ${shortId(waiting.heldBy)} 结束（正在处理同一对象）`,
      );
    case 'window':
      return words(
        `for its window, which opens at ${at(waiting.opens)}`,
        `变更窗口，${at(waiting.opens)} 开放`,
      );
    case 'readonly':
      return words(
        `until read-only is off, which ${waiting.by} turned on: ${waiting.reason}`,
        `只读模式关闭（由 ${waiting.by} 开启：${waiting.reason}）`,
      );
    default:
      return waiting satisfies never;
  }
}
