import { say, words } from '../../kit/index.ts';
import type { Run } from '../../runs/run.ts';
import { section } from './blocks.ts';
import type { DesiredPost } from './post.ts';
import { escaped } from './text.ts';

/** A run in a channel where another organisation reads along: nothing of it but that it is not shown. */
export function withheldPosts({ lang }: Pick<Run, 'lang'>): readonly DesiredPost[] {
  const text = escaped(say(WITHHELD, lang), 1000);
  return [{ key: 'top', text, blocks: [section(text)] }];
}

const WITHHELD = words(
  'This channel is shared with another organisation, so Fettle shows no results here. Ask again in a channel of your own organisation; a schedule can be moved with /inspect schedule change.',
  '此频道与其他组织共享，因此 Fettle 不在此处显示结果。请在本组织的频道中重新发起；定时计划可用“/inspect 计划 修改”更换频道。',
);
