/**
 * Text from outside as it may be shown: without terminal sequences, control characters, and characters that are invisible,
 * turn the direction of what follows, or are none. Line feeds and tabs stay, and every kind of line end becomes a line feed.
 * Linear in the length of the text; cleaning twice changes nothing more.
 */
export const clean = (text: string): string =>
  withoutHidden(text.replace(SEQUENCE, '').replace(LINE_END, '\n'));

/** As `clean`, but only a line feed, alone or behind a carriage return, ends a line; other kinds of line end become U+FFFD. */
export const cleanKeepingLines = (text: string): string =>
  withoutHidden(
    text
      .replace(SEQUENCE, '')
      .replace(/\r{1,2}\n/g, '\n')
      .replace(LINE_END, '\ufffd'),
  );

const withoutHidden = (text: string): string =>
  text.replace(NO_CHARACTER, '\ufffd').replace(HIDDEN, '').replace(STRAY_SELECTOR, '');

const ESC = String.raw`\u001b`;
const CONTROL = String.raw`\u0000-\u001f\u007f-\u009f`;

/**
 * Colours and cursor moves; strings for the terminal (titles, links, clipboard, device control); ESC with its final character.
 * A string that is not ended before the next control character hides nothing: only what introduces it goes.
 */
const SEQUENCE = new RegExp(
  [
    String.raw`(?:${ESC}\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:${ESC}[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^${CONTROL}]*(?:\u0007|${ESC}\\|\u009c)`,
    String.raw`${ESC}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);

const LINE_END = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/** Half a surrogate pair, and the code points that are reserved as no character. */
const NO_CHARACTER = /[\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** Controls, direction and format marks, tags, fillers and other characters without a glyph; U+FE0F is looked at afterwards. */
const HIDDEN = /(?!\n|\t|\ufe0f)[\p{Cc}\p{Cf}\p{DI}\u2800]/gu;

/** U+FE0F makes an emoji of the character before it; anywhere else it is only invisible. */
const STRAY_SELECTOR = /(?<!(?![0-9#*])\p{Emoji})\ufe0f/gu;
