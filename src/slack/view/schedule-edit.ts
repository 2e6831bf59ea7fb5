import { describeTiming, type Lang, say, type Words, words } from '../../kit/index.ts';
import type { ScheduleEdit } from '../../runs/schedule-edits.ts';
import { section } from './blocks.ts';
import type { DesiredPost } from './post.ts';
import { code, escaped } from './text.ts';
import { comma } from './words.ts';

/** Who did what with a schedule, for the channel in which it is shown, or was until now. */
export function editPost(edit: ScheduleEdit, here: string): DesiredPost {
  const text = say(sentence(edit, here), edit.lang);
  return { key: 'schedule-edit', text, blocks: [section(text)] };
}

function sentence(edit: ScheduleEdit, here: string): Words {
  const { what, channel, schedule } = edit;
  const by = escaped(edit.by, 60);
  const name = escaped(schedule, 100);
  const now = { en: contentOf(edit, 'en'), zh: contentOf(edit, 'zh') };
  switch (what) {
    case 'change':
      return here === channel
        ? words(
            `${by} changed the schedule "${name}": ${now.en}.`,
            `${by} 修改了定时计划“${name}”：${now.zh}。`,
          )
        : words(
            `${by} moved the schedule "${name}" to <#${channel}>. It is not shown here any more.`,
            `${by} 已将定时计划“${name}”移至 <#${channel}>，此处不再显示。`,
          );
    case 'pause':
      return words(
        `${by} paused the schedule "${name}" (${now.en}). To go on: ${code(`/inspect schedule resume "${schedule}"`, 200)}`,
        `${by} 暂停了定时计划“${name}”（${now.zh}）。恢复请输入：${code(`/inspect 计划 恢复 "${schedule}"`, 200)}`,
      );
    case 'resume':
      return words(
        `${by} resumed the schedule "${name}": ${now.en}.`,
        `${by} 恢复了定时计划“${name}”：${now.zh}。`,
      );
    case 'remove':
      return words(
        `${by} removed the schedule "${name}" (${now.en}). It inspects nothing any more.`,
        `${by} 删除了定时计划“${name}”（${now.zh}），不再按此计划巡检。`,
      );
    default:
      return what satisfies never;
  }
}

const contentOf = ({ cron, scope }: ScheduleEdit, lang: Lang): string =>
  `${escaped(say(describeTiming(cron), lang), 200)}${comma(lang)}${code(`/inspect ${scope}`, 200)}`;
