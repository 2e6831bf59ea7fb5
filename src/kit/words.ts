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
