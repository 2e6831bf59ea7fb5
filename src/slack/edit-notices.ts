import type { ScheduleEdit, ScheduleEdits } from '../runs/schedule-edits.ts';
import type { Channels } from './channels.ts';
import type { Delivery } from './deliver.ts';
import type { Log } from './log.ts';
import { lookEvery } from './look-every.ts';
import { editPost } from './view/schedule-edit.ts';

export interface EditNoticeOptions {
  readonly edits: ScheduleEdits;
  readonly channels: Pick<Channels, 'outsidersSee'>;
  readonly delivery: Pick<Delivery, 'post' | 'find'>;
  readonly log: Log;
  /** Milliseconds between two looks; 2000. */
  readonly everyMs?: number;
}

/** Said late rather than never, but not after a day. */
const LONGEST_MS = 24 * 3_600_000;

/** Says in the channel of a schedule who has changed, paused, resumed or removed it, once, whichever process or terminal it was done at. */
export function noticeEdits(options: EditNoticeOptions): { readonly stop: () => Promise<void> } {
  const { edits, channels, delivery, log } = options;
  let upTo: number | undefined;
  let left: readonly (readonly [ScheduleEdit, string])[] = [];

  /** Whether nothing is left to do. */
  async function tell(edit: ScheduleEdit, channel: string, isStopping: () => boolean): Promise<boolean> {
    if (Date.now() - edit.at.getTime() > LONGEST_MS) return true;
    const isSeen = await channels.outsidersSee(channel);
    if (isSeen !== false) return isSeen === true;
    const claim = await edits.claim(edit.n, channel);
    if (claim === 'told') return true;
    if (claim === 'busy' || isStopping()) return false;
    const mark = `schedule-edit:${edit.n}:${channel}`;
    if (claim === 'again') {
      const found = await delivery.find(mark, { channel }, edit.at);
      if (found.kind !== 'found' && found.kind !== 'absent') return false;
      if (found.kind === 'found') return done(edit, channel);
    }
    for (;;) {
      const sent = await delivery.post(editPost(edit, channel), { channel }, mark);
      if (sent.kind === 'sent') return done(edit, channel);
      if (sent.kind === 'closed') {
        log.warn(
          { line: edit.n, channel, because: sent.because },
          'a change of a schedule could not be told',
        );
        return done(edit, channel);
      }
      if (sent.kind !== 'later' || sent.fault || sent.afterMs > 3000 || isStopping()) return false;
      await new Promise((resolve) => setTimeout(resolve, sent.afterMs));
    }
  }

  async function done(edit: ScheduleEdit, channel: string): Promise<true> {
    await edits.told(edit.n, channel);
    return true;
  }

  async function look(isStopping: () => boolean): Promise<void> {
    if (isStopping()) return;
    try {
      const seen = await edits.since(upTo);
      ({ upTo } = seen);
      left = [
        ...left,
        ...seen.edits.flatMap((edit) => placesOf(edit).map((channel) => [edit, channel] as const)),
      ];
      const still: (readonly [ScheduleEdit, string])[] = [];
      for (const each of left) if (isStopping() || !(await tell(...each, isStopping))) still.push(each);
      left = still;
    } catch (error) {
      log.warn({ err: error }, 'changes of schedules could not be told');
    }
  }

  return lookEvery(options.everyMs ?? 2000, look);
}

const placesOf = ({ channel, channelBefore }: ScheduleEdit): readonly string[] => [
  ...new Set([channelBefore ?? channel, channel]),
];
