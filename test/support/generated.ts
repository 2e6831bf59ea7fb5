/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const oneOf = <T>(next: () => number, among: readonly T[]): T => {
  const chosen = among[Math.floor(next() * among.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
};

/** What input methods, pasted links and tired people put between letters. */
const PIECES = [
  'a', 'Z', '9', '_', '-', '.', '/', '\\', ' ', '  ', '\u3000', '\u00a0', '\t', '\n',
  '"', '“', '”', '„', '＂', "'", '‘', '’', '「', '」', '『', '』', '`',
  '=', '＝', '：', ':', ',', '，', '、', ';', '；', '?', '？', '!', '(', ')', '<', '>', '&', '|', '*', '$',
  '消息队列', '主机', '原因', 'ledger-1', 'ledger', 'all', '全部', 'reason', 'ticket', 'minutes', 'host', 'hosts',
  '30', '３０', '-1', '1e9', 'https://c.example/order?id=r1_201905060583197', 'CHG0012345',
  '\u200b', '\u202e', '\u0000', '🔥', '👩‍🔧', 'é', 'ﬁ', 'Ａ', '\ud800',
] as const;

/** A text of some of these, of any length up to `most` characters. */
export function hostileText(next: () => number, most: number): string {
  const wanted = Math.floor(next() * most);
  let text = '';
  while (text.length < wanted) text += oneOf(next, PIECES);
  return text;
}

/** A text that a person may have meant: no blanks at its ends, and something in it. */
export function meantText(next: () => number, most: number): string {
  const text = `x${hostileText(next, most)}`.trim();
  return text === '' ? 'x' : text;
}
