import { say, sentences, type Words, words } from '../../kit/index.ts';
import { toldKey } from '../../runs/told.ts';
import { type Run, type RunTold, shortId } from '../../runs/run.ts';
import { section } from './blocks.ts';
import type { DesiredPost } from './post.ts';
import { escaped } from './text.ts';

/** What steps tell people: a reply in the thread, or a message of its own where it is for others. */
export const toldPosts = (run: Run): DesiredPost[] => (run.told ?? []).map((told) => toldPost(run, told));

function toldPost(run: Run, { no, nth, channel, group, says }: RunTold): DesiredPost {
  const { lang } = run;
  const text = escaped(say(channel === undefined ? says : sentences(says, byWhom(run)), lang), 2500);
  return {
    key: toldKey(no, nth),
    text,
    blocks: [section(group === undefined ? text : `<!subteam^${group}> ${text}`)],
    ...(channel === undefined ? {} : { apart: { channel } }),
  };
}

/** Elsewhere nothing else says whose doing it is. */
function byWhom({ id, requestedBy, approvals }: Run): Words {
  const by = [...new Set(approvals.map(({ by: { name } }) => name))];
  return words(
    `Run ${shortId(id)}, asked for by ${requestedBy.name}${by.length > 0 ? `, confirmed by ${by.join(', ')}` : ''}.`,
    `任务 ${shortId(id)}，由 ${requestedBy.name} 发起${by.length > 0 ? `，由 ${by.join('、')} 确认` : ''}。`,
  );
}
