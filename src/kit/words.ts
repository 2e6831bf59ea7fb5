export type Lang = 'en' | 'zh';

/** One sentence for people, in both languages of the estate's teams. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export const words = (en: string, zh: string): Words => ({ en, zh });

export const say = (text: Words, lang: Lang): string => text[lang];

/** A question asked in Chinese is answered in Chinese; anything else in the configured language. */
export const langOf = (typed: string, fallback: Lang): Lang =>
  /\p{Script=Han}/u.test(typed) ? 'zh' : fallback;

/** A space around Latin letters of a name that stands inside Chinese. */
export const spaced = (name: string): string =>
  `${/^[\x21-\x7e]/.test(name) ? ' ' : ''}${name}${/[\x21-\x7e]$/.test(name) ? ' ' : ''}`;

/** So many of something in English: `1 host`, `2 hosts`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Sentences one after another, each with its full stop, whatever their parts came from. */
export function sentences(...said: readonly Words[]): Words {
  const given = said.filter(({ en, zh }) => en !== '' || zh !== '');
  return {
    en: given.map(({ en }) => ended(en, '.')).join(' '),
    zh: given.map(({ zh }) => ended(zh, '。')).join(''),
  };
}

/** With a full stop, unless it has an end already. */
const ended = (text: string, stop: string): string => {
  const whole = text.trimEnd();
  return whole === '' || /[.!?:\u2026\u3002\uff01\uff1f\uff1a]["\u201d\u2019)\uff09\]]?$/u.test(whole)
    ? whole
    : `${whole}${stop}`;
};
