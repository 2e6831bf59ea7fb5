import { type Words, words } from '../kit/index.ts';

/** Most characters of what a person types, as they arrive: after a command, and in a message. */
export const MOST_TYPED = { command: 500, message: 2000 } as const;
/** What is searched for in a menu. */
export const MOST_SEARCHED = 100;
/** Values of one field of a form. */
const MOST_VALUES = 200;

/** The sentence for text that is too long to be read; undefined when it is not. */
export function tooLong(text: string, kind: keyof typeof MOST_TYPED): Words | undefined {
  const most = MOST_TYPED[kind];
  return text.length <= most ? undefined : tooLongWords(text.length, most);
}

/** The same for everything that was filled in. */
export function tooMuchFilled(values: Readonly<Record<string, readonly string[]>>): Words | undefined {
  const all = Object.values(values);
  const most = MOST_TYPED.message;
  const size = all.flat().reduce((sum, value) => sum + value.length, 0);
  const isTooMuch = size > most * 4 || all.some((each) => each.length > MOST_VALUES);
  const longest = all.flat().find((value) => value.length > most);
  if (longest !== undefined) return tooLongWords(longest.length, most);
  return isTooMuch
    ? words(
        'That is more than one form can ask for. Choose fewer, or everything.',
        '所填内容过多。请减少选择，或选择全部。',
      )
    : undefined;
}

const tooLongWords = (size: number, most: number): Words =>
  words(
    `That is ${size} characters; at most ${most} are read. Nothing was done. Say it shorter.`,
    `内容共 ${size} 个字符，最多 ${most} 个。未做任何操作，请缩短后重试。`,
  );
