import { say } from '../../kit/index.ts';
import { toldKey } from '../../runs/told.ts';
import type { Run, RunTold } from '../../runs/run.ts';
import { section } from './blocks.ts';
import type { DesiredPost } from './post.ts';
import { escaped } from './text.ts';

/** What steps tell people: a reply in the thread, or a message of its own where it is for others. */
export const toldPosts = (run: Run): DesiredPost[] => (run.told ?? []).map((told) => toldPost(run, told));

function toldPost({ lang }: Run, { no, nth, channel, group, says }: RunTold): DesiredPost {
  const text = escaped(say(says, lang), 2500);
  return {
    key: toldKey(no, nth),
    text,
    blocks: [section(group === undefined ? text : `<!subteam^${group}> ${text}`)],
    ...(channel === undefined ? {} : { apart: { channel } }),
  };
}
