import { similarNames } from '../typed/near.ts';
import { type Words, words } from '../words.ts';
import { brief } from './word.ts';

/** Names listed where none is near. */
const MOST_LISTED = 12;

/** A name that nothing has: those that may be meant, or those that there are. */
export function unknownName(what: Words, typed: string, names: readonly string[]): Words {
  const shown = brief(typed);
  const en = `Unknown ${what.en} "${shown}".`;
  const zh = `没有名为“${shown}”的${what.zh}。`;
  const near = similarNames(brief(typed), names);
  if (near.length > 0)
    return words(
      `${en} Did you mean ${listed(near, ', ', ' or ')}?`,
      `${zh}您是否要输入${listed(near, '、', '或')}？`,
    );
  const some = names.slice(0, MOST_LISTED);
  if (some.length === 0) return words(`${en} The inventory has none.`, `${zh}资产清单中没有任何${what.zh}。`);
  const more = names.length - some.length;
  return words(
    `${en} There is ${some.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`,
    `${zh}现有：${some.join('、')}${more > 0 ? `，另有 ${more} 个` : ''}。`,
  );
}

function listed(names: readonly string[], between: string, last: string): string {
  const [only = '', ...rest] = names.toReversed();
  return rest.length === 0 ? only : `${rest.toReversed().join(between)}${last}${only}`;
}

/** Several things have this name. */
export const severalNamed = (what: Words, typed: string, ids: readonly string[]): Words =>
  words(
    `"${brief(typed)}" is the name of more than one ${what.en}: ${ids.join(', ')}. Give one of these.`,
    `“${brief(typed)}”对应多个${what.zh}：${ids.join('、')}。请指定其中一个。`,
  );
