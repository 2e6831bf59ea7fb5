import { clean } from '../../kit/index.ts';

/**
 * What a person typed, as they meant it: Slack's markup undone. Links give their address, people their name where
 * Slack sends one, channels their id, which is what Slack takes back, and `&lt;` is `<` again.
 */
export const typed = (text: string): string =>
  clean(
    text
      .replace(
        /<([@#!])([^<|>]*)(?:\|([^<>]*))?>/g,
        (_, kind: string, id: string, name: string | undefined) =>
          kind === '#' ? `#${id}` : `${kind === '!' ? '' : kind}${name || id}`,
      )
      .replace(/<([^<|>]+)(?:\|[^<>]*)?>/g, (_, address: string) => address.replace(/^mailto:/, ''))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
      .replace(/[“”]/g, '"')
      .replace(/[‘’]/g, "'"),
  )
    .replace(/[^\S\n]+/g, ' ')
    .trim();

/** The words after the mention of the bot; a mention anywhere else stays. */
export function afterMention(text: string, botUserId: string): string {
  const mention = new RegExp(`<@${botUserId}(?:\\|[^<>]*)?>`);
  return typed(text.replace(mention, ' ')).replace(/^[\s,,::]+/, '');
}
