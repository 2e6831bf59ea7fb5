import { isObject, textOf, type JsonObject } from '../json.ts';
import { checkList, report, typeOf, type Checker } from './checker.ts';

const LEAVES = [
  'text',
  'link',
  'user',
  'usergroup',
  'channel',
  'emoji',
  'team',
  'broadcast',
  'color',
  'date',
];

/** Checks a rich_text block or cell. */
export function checkRichText(checker: Checker, pointer: string, block: JsonObject): void {
  for (const { pointer: at, item } of checkList(checker, `${pointer}/elements`, block['elements'], 1, 100)) {
    const type = typeOf(item);
    if (type === 'rich_text_list') checkRichList(checker, at, item);
    else if (['rich_text_section', 'rich_text_quote', 'rich_text_preformatted'].includes(type)) {
      checkLeaves(checker, at, item, type === 'rich_text_preformatted' ? ['text', 'link'] : LEAVES);
    } else report(checker, `${at}/type`, 'type', `unsupported type: ${type}`);
  }
}

function checkRichList(checker: Checker, pointer: string, list: JsonObject): void {
  if (list['style'] !== 'bullet' && list['style'] !== 'ordered') {
    report(checker, `${pointer}/style`, 'enum', 'must be one of: bullet, ordered');
  }
  for (const { pointer: at, item } of checkList(checker, `${pointer}/elements`, list['elements'], 1, 500)) {
    if (typeOf(item) === 'rich_text_section') checkLeaves(checker, at, item, LEAVES);
    else report(checker, `${at}/type`, 'type', 'must be a rich_text_section');
  }
}

function checkLeaves(
  checker: Checker,
  pointer: string,
  section: JsonObject,
  allowed: readonly string[],
): void {
  for (const { pointer: at, item } of checkList(
    checker,
    `${pointer}/elements`,
    section['elements'],
    0,
    1000,
  )) {
    const type = typeOf(item);
    if (!allowed.includes(type)) report(checker, `${at}/type`, 'type', `unsupported type: ${type}`);
    if (type === 'text' && textOf(item['text']) === '') {
      report(checker, `${at}/text`, 'too_short', 'must be more than 0 characters');
    }
    if (type === 'link' && textOf(item['url']) === '')
      report(checker, `${at}/url`, 'missing', 'must provide a string');
    if (item['style'] !== undefined && !isObject(item['style'])) {
      report(checker, `${at}/style`, 'type', 'must be an object');
    }
  }
}
