import type { Estate } from '../estate.ts';
import { nearest } from './near.ts';
import { type Words, words } from '../words.ts';

/** Names of different kinds can only be joined by their hosts. */
export const noHosts = (id: string): Words =>
  words(
    `The inventory names no host of ${id}, so it cannot be joined with hosts or sites. Ask for it alone.`,
    `资产清单中没有 ${id} 的主机，无法与主机或机房一并巡检。请单独输入。`,
  );

/** What can be typed at all. */
export function askFor(estate: Estate): Words {
  const { en, zh } = listed(estate);
  return words(
    `Say what to inspect: a system, app, host or site, or all. There is ${en}.`,
    `请指明要巡检的系统、应用、主机或机房，或输入“全部”。现有：${zh}。`,
  );
}

/** What is near the names that nothing has. */
export function unknownNames(tokens: readonly string[], estate: Estate): Words {
  const shown = tokens.slice(0, 3).map((token) => Array.from(token).slice(0, 40).join(''));
  const en = `Nothing here is called ${shown.map((token) => `"${token}"`).join(' or ')}.`;
  const zh = `没有名为${shown.map((token) => `“${token}”`).join('、')}的对象。`;
  const near = [...new Set(shown.flatMap((token) => nearNames(token, estate)))].slice(0, 5);
  if (near.length > 0) {
    return words(`${en} Near it: ${near.join(', ')}.`, `${zh}相近的有：${near.join('、')}。`);
  }
  const all = listed(estate);
  return words(`${en} There is ${all.en}.`, `${zh}现有：${all.zh}。`);
}

/** By edit distance; Chinese also by the characters that are the same, since a name is often typed in part. */
function nearNames(token: string, estate: Estate): readonly string[] {
  const names = [
    ...estate.systems.flatMap(({ id, title, names: all }) => [id, title.zh, ...all]),
    ...estate.apps.flatMap(({ id, title, names: all }) => [id, title.zh, ...all]),
    ...estate.hosts.map(({ name }) => name),
    ...new Set(estate.hosts.map(({ site }) => site)),
  ];
  const unique = [...new Map(names.map((name) => [fold(name).replace(/\s+/gu, ''), name])).values()];
  const containing = unique.filter(
    (name) =>
      token.length > 2 &&
      fold(name) !== token &&
      (fold(name).includes(token) || (tells(name) && token.includes(fold(name)))),
  );
  const alike = unique
    .map((name) => ({ name, shared: sharedHan(token, name) }))
    .filter(({ shared }) => shared >= 0.5)
    .sort((a, b) => b.shared - a.shared)
    .map(({ name }) => name);
  const close = nearest(
    token,
    unique.filter((name) => !HAN.test(name)),
  ).filter((name) => Array.from(token).length > 2 || fold(name)[0] === token[0]);
  return [...new Set([...containing, ...alike, ...close])].slice(0, 4);
}

const fold = (name: string): string => name.normalize('NFKC').toLowerCase();
/** Long enough to be meant where it stands inside a longer word: not the `ms` of msgbroker. */
const tells = (name: string): boolean => name.length > 2 || HAN.test(name);
const HAN = /\p{Script=Han}/u;

/** Share of the Chinese characters that two names have in common, 0 to 1. */
function sharedHan(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => new Set(Array.from(text).filter((char) => HAN.test(char))));
  if (!left || !right || left.size === 0 || right.size === 0) return 0;
  const common = [...left].filter((char) => right.has(char)).length;
  return common / Math.min(left.size, right.size) >= 0.5 && common > 1
    ? (2 * common) / (left.size + right.size)
    : 0;
}

function listed({ systems }: Estate): Words {
  return {
    en: systems.map(({ id, title }) => `${id.toLowerCase()} (${title.en})`).join(', '),
    zh: systems.map(({ id, title }) => `${id.toLowerCase()}（${title.zh}）`).join('、'),
  };
}
