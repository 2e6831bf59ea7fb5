import { after, type Rule } from './rule.ts';

/** The rest of a word of which the beginning was cut out of a long line: what named it may have gone with it. */
const REST = /(\u2026\[\d{1,12} bytes cut\]\u2026)[^\s"'\x60,;&<>{}()[\]]{4,4096}/g;

export const cut: Rule = {
  name: 'cut',
  about: /bytes cut\]/,
  find: (text) => after(text, REST),
};
