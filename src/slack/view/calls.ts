import { say } from '../../kit/index.ts';
import type { Run, RunCall } from '../../runs/run.ts';
import { actions, section } from './blocks.ts';
import { buttons } from './buttons.ts';
import type { DesiredPost } from './post.ts';
import { escaped } from './text.ts';

/** Calls because of what is still open: each a message of its own in the channel, so that people hear of it. */
export const callPosts = (run: Run): DesiredPost[] => (run.calls ?? []).map((call) => callPost(run, call));

function callPost(run: Run, { no, arg, says }: RunCall): DesiredPost {
  const text = `🔴 ${escaped(say(says, run.lang), 1500)}`;
  return {
    key: `call:${no}`,
    apart: {},
    text,
    blocks: [
      section(`<!here> ${text}`),
      ...actions(buttons(run, ({ action, arg: of }) => action === 'close' && of === arg)),
    ],
  };
}
