import type { Estate } from '../estate.ts';
import { similarNames } from './near.ts';
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
  const en = `Unknown name ${shown.map((token) => `"${token}"`).join(', ')}.`;
  const zh = `没有名为${shown.map((token) => `“${token}”`).join('、')}的对象。`;
  const near = [...new Set(shown.flatMap((token) => similarNames(token, namesIn(estate))))].slice(0, 5);
  if (near.length > 0) {
    return words(`${en} Did you mean ${near.join(', ')}?`, `${zh}您是否要输入 ${near.join('、')}？`);
  }
  const all = listed(estate);
  return words(`${en} Known: ${all.en}.`, `${zh}现有：${all.zh}。`);
}

/** Every name that somebody may have meant. */
const namesIn = ({ systems, apps, hosts }: Estate): readonly string[] => [
  ...systems.flatMap(({ id, title, names }) => [id, title.zh, ...names]),
  ...apps.flatMap(({ id, title, names }) => [id, title.zh, ...names]),
  ...hosts.map(({ name }) => name),
  ...new Set(hosts.map(({ site }) => site)),
];

function listed({ systems }: Estate): Words {
  return {
    en: systems.map(({ id, title }) => `${id.toLowerCase()} (${title.en})`).join(', '),
    zh: systems.map(({ id, title }) => `${id.toLowerCase()}（${title.zh}）`).join('、'),
  };
}
