import { createHash } from 'node:crypto';
import type { KnownBlock } from '@slack/types';
import { LIMITS, sizeOf } from './blocks.ts';

/** One message as it should stand in Slack. */
export interface DesiredPost {
  /** `top`, `app:msgbroker`, `plan`, … unique within the run; a continuation ends in `/2`, `/3`, … */
  readonly key: string;
  /** What notifications and clients without blocks show; escaped. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  /** A message of its own and no reply: in this channel, or in that of the run. */
  readonly apart?: { readonly channel?: string };
  /** Goes into the thread as a text file of this name, once; `text` is its title. */
  readonly file?: { readonly name: string; readonly content: string };
}

/** A post that is a file. */
export type DesiredFile = DesiredPost & { readonly file: NonNullable<DesiredPost['file']> };

export const isFile = (post: DesiredPost): post is DesiredFile => post.file !== undefined;

/** sha256 of everything visible: equal means there is nothing to write. */
export const postHash = ({ text, blocks, file }: DesiredPost): string =>
  createHash('sha256')
    .update(JSON.stringify([text, blocks, ...(file ? [file] : [])]))
    .digest('hex');

/** One message, or several when Slack would refuse or hide so much at once. Order is kept. */
export function posts(key: string, text: string, blocks: readonly KnownBlock[]): DesiredPost[] {
  const parts: KnownBlock[][] = [[]];
  let size = 0;
  for (const block of blocks) {
    const more = sizeOf([block]);
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && (last.length >= LIMITS.blocks - 5 || size + more > LIMITS.message)) {
      parts.push([block]);
      size = more;
    } else {
      last.push(block);
      size += more;
    }
  }
  return parts.map((part, index) => ({
    key: index === 0 ? key : `${key}/${index + 1}`,
    text: index === 0 ? text : `${text} (${index + 1})`,
    blocks: part,
  }));
}

export const isContinuation = (key: string): boolean => /\/\d+$/.test(key);
