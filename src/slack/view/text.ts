import { clean, mask } from '../../kit/index.ts';

/** Cleaned, without empty lines at either end. */
export const trimmed = (text: string): string =>
  clean(text)
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();

/** Whatever comes this far leaves for Slack: the mask looks at it once more. */
const masked = (text: string): string => mask(clean(text));

/** For `plain_text` and `rich_text`, where Slack reads no markup: cleaned, and cut as Slack counts, which is escaped. */
export const plain = (text: string, max: number): string => plainOf(cut(masked(text), max));

/** For `mrkdwn` and message text: cleaned, escaped, and cut so that the escaped length is at most `max`. Newlines become spaces. */
export const escaped = (text: string, max: number): string =>
  cut(masked(text).replace(/\s+/g, ' ').trim(), max);

/** A value in code style within `mrkdwn`: as `escaped`, and no backtick can end it early. */
export const code = (text: string, max: number): string =>
  `\`${escaped(text.replaceAll('`', "'"), max - 2) || ' '}\``;

/** What was escaped for a message, for a place that reads no markup. */
export const plainOf = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Escaped, and no longer than that. */
function cut(text: string, max: number): string {
  let out = '';
  let whole = true;
  for (const character of text) {
    const next = escapeCharacter(character);
    if (out.length + next.length > max) {
      whole = false;
      break;
    }
    out += next;
  }
  return whole ? out : `${shorten(out, max - 1)}…`;
}

/** Drops the last character or entity until the text fits; never leaves half of either. */
function shorten(text: string, max: number): string {
  let out = text;
  while (out.length > max) out = out.replace(/(?:&(?:amp|lt|gt);|[\s\S])$/u, '');
  return out;
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    default:
      return character;
  }
}
