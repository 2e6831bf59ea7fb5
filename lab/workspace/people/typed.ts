import type { World } from '../world.ts';

export const escapeText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * What Slack makes of typed words: control characters escaped, people, channels and addresses as ids and links.
 * `withNames` also writes the name, as in the text of an escaped command: `<@U0LIN|lin.wei>`.
 */
export function encodeTyped(world: World, typed: string, withNames: boolean): string {
  const bot = { id: world.bot.userId, name: world.bot.name, realName: world.bot.realName };
  const people = [...world.people.values(), bot].flatMap(({ id, name, realName }) => [
    { word: name, id, name },
    { word: realName, id, name },
    { word: realName.replace(/\s*\p{Script=Han}+$/u, ''), id, name },
  ]);
  people.sort((one, other) => other.word.length - one.word.length);
  let text = escapeText(typed);
  text = text.replace(/(^|[\s(（,，])@([^\s@]+(?: [^\s@]+)*)/g, (whole, before: string, rest: string) => {
    const found = people.find(
      ({ word }) =>
        rest.toLowerCase().startsWith(word.toLowerCase()) && !/^[\w.-]*\w/.test(rest.slice(word.length)),
    );
    if (found === undefined) return whole;
    return `${before}<@${found.id}${withNames ? `|${found.name}` : ''}>${rest.slice(found.word.length)}`;
  });
  text = text.replace(/(^|\s)#([\p{Ll}\p{Lo}\p{N}_-]+)/gu, (whole, before: string, name: string) => {
    const channel = [...world.channels.values()].find((one) => one.kind !== 'im' && one.name === name);
    return channel === undefined ? whole : `${before}<#${channel.id}|${withNames ? name : ''}>`;
  });
  return text.replace(/(^|[\s(])(https?:\/\/[^\s<>]+)/g, '$1<$2>');
}
