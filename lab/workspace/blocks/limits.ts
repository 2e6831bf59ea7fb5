import { isObject, objectsOf, textOf, type Json, type JsonObject } from '../json.ts';
import {
  checkList,
  checkOptionalText,
  checkString,
  checkText,
  checkUrl,
  newChecker,
  report,
  typeOf,
  type Checker,
  type Problem,
  type Surface,
} from './checker.ts';
import { checkElement, checkImageElement, isInteractive } from './elements.ts';
import { checkRichText } from './rich-text.ts';
import { checkTable } from './table.ts';

const MAX_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
const MESSAGES_ONLY = ['table', 'markdown'];

/** Everything Slack would refuse in these blocks, in their order; empty when it would take them. */
export function checkBlocks(blocks: Json | undefined, surface: Surface): readonly Problem[] {
  const checker = newChecker(surface);
  checkAll(checker, '/blocks', blocks);
  return checker.problems;
}

/** The problems of a form or Home tab. */
export function checkView(view: JsonObject): readonly Problem[] {
  const modal = view['type'] === 'modal';
  const checker = newChecker(modal ? 'modal' : 'home');
  if (!modal && view['type'] !== 'home') report(checker, '/type', 'enum', 'must be one of: modal, home');
  if (modal) checkText(checker, '/title', view['title'], { max: 24, type: 'plain' });
  checkOptionalText(checker, '/submit', view['submit'], { max: 24, type: 'plain' });
  checkOptionalText(checker, '/close', view['close'], { max: 24, type: 'plain' });
  checkString(checker, '/private_metadata', view['private_metadata'], 3000);
  checkString(checker, '/callback_id', view['callback_id'], 255);
  checkString(checker, '/external_id', view['external_id'], 255);
  checkAll(checker, '/blocks', view['blocks']);
  if (modal && checker.inputs > 0 && view['submit'] === undefined) {
    report(checker, '/submit', 'missing', 'must be provided when an input block is within the blocks array');
  }
  return checker.problems;
}

function checkAll(checker: Checker, pointer: string, blocks: Json | undefined): void {
  for (const { pointer: at, item } of checkList(checker, pointer, blocks, 0, MAX_BLOCKS[checker.surface])) {
    checkBlock(checker, at, item);
  }
}

function checkBlock(checker: Checker, pointer: string, block: JsonObject): void {
  checkBlockId(checker, pointer, block);
  checkActionIds(checker, pointer, block);
  const type = typeOf(block);
  if (MESSAGES_ONLY.includes(type) && checker.surface !== 'message') {
    return report(checker, `${pointer}/type`, 'type', `${type} is for messages only`);
  }
  switch (type) {
    case 'divider':
      return;
    case 'header':
      return checkText(checker, `${pointer}/text`, block['text'], { max: 150, type: 'plain' });
    case 'section':
      return checkSection(checker, pointer, block);
    case 'context':
      return checkContext(checker, pointer, block);
    case 'actions':
      return checkActions(checker, pointer, block);
    case 'input':
      return checkInput(checker, pointer, block);
    case 'image':
      checkOptionalText(checker, `${pointer}/title`, block['title'], { max: 2000, type: 'plain' });
      return checkImageElement(checker, pointer, block);
    case 'rich_text':
      return checkRichText(checker, pointer, block);
    case 'markdown':
      return checkMarkdown(checker, pointer, block);
    case 'table':
      return checkTable(checker, pointer, block);
    case 'file':
      if (block['source'] !== 'remote') report(checker, `${pointer}/source`, 'enum', 'must be remote');
      return checkString(checker, `${pointer}/external_id`, block['external_id'], 255, true);
    case 'video':
      return checkVideo(checker, pointer, block);
    default:
      return report(checker, `${pointer}/type`, 'type', `unsupported type: ${type}`);
  }
}

function checkBlockId(checker: Checker, pointer: string, block: JsonObject): void {
  const id = block['block_id'];
  if (id === undefined) return;
  checkString(checker, `${pointer}/block_id`, id, 255, true);
  if (typeof id !== 'string') return;
  if (checker.blockIds.has(id)) {
    report(checker, `${pointer}/block_id`, 'duplicate', `block_id "${id}" already exists`);
  }
  checker.blockIds.add(id);
}

function checkActionIds(checker: Checker, pointer: string, block: JsonObject): void {
  const seen = new Set<string>();
  for (const element of elementsOf(block)) {
    const id = element['action_id'];
    if (typeof id !== 'string') continue;
    if (seen.has(id)) report(checker, pointer, 'duplicate', `action_id "${id}" already exists for the block`);
    seen.add(id);
  }
}

function checkSection(checker: Checker, pointer: string, block: JsonObject): void {
  const { text, fields, accessory } = block;
  if (text === undefined && fields === undefined) {
    report(checker, pointer, 'missing', 'must provide text or fields');
  }
  checkOptionalText(checker, `${pointer}/text`, text, { max: 3000 });
  if (fields !== undefined) {
    for (const field of checkList(checker, `${pointer}/fields`, fields, 1, 10)) {
      checkText(checker, field.pointer, field.item, { max: 2000 });
    }
  }
  if (isObject(accessory)) checkElement(checker, `${pointer}/accessory`, accessory, 'accessory');
  else if (accessory !== undefined) report(checker, `${pointer}/accessory`, 'type', 'must be an object');
}

function checkContext(checker: Checker, pointer: string, block: JsonObject): void {
  for (const { pointer: at, item } of checkList(checker, `${pointer}/elements`, block['elements'], 1, 10)) {
    if (typeOf(item) === 'image') checkImageElement(checker, at, item);
    else checkText(checker, at, item, { max: 3000 });
  }
}

function checkActions(checker: Checker, pointer: string, block: JsonObject): void {
  for (const { pointer: at, item } of checkList(checker, `${pointer}/elements`, block['elements'], 1, 25)) {
    checkElement(checker, at, item, 'actions');
  }
}

function checkInput(checker: Checker, pointer: string, block: JsonObject): void {
  checker.inputs += 1;
  checkText(checker, `${pointer}/label`, block['label'], { max: 2000, type: 'plain' });
  checkOptionalText(checker, `${pointer}/hint`, block['hint'], { max: 2000, type: 'plain' });
  if (isObject(block['element'])) checkElement(checker, `${pointer}/element`, block['element'], 'input');
  else report(checker, `${pointer}/element`, 'missing', 'must provide an object');
}

function checkMarkdown(checker: Checker, pointer: string, block: JsonObject): void {
  checkString(checker, `${pointer}/text`, block['text'], 12_000, true);
  checker.markdownCharacters += textOf(block['text']).length;
  if (checker.markdownCharacters > 12_000) {
    report(
      checker,
      `${pointer}/text`,
      'too_long',
      'markdown of a message must be less than 12001 characters',
    );
  }
}

function checkVideo(checker: Checker, pointer: string, block: JsonObject): void {
  checkText(checker, `${pointer}/title`, block['title'], { max: 199, type: 'plain' });
  checkOptionalText(checker, `${pointer}/description`, block['description'], { max: 199, type: 'plain' });
  checkString(checker, `${pointer}/author_name`, block['author_name'], 49);
  checkString(checker, `${pointer}/alt_text`, block['alt_text'], 2000, true);
  checkUrl(checker, `${pointer}/video_url`, block['video_url'], true);
  checkUrl(checker, `${pointer}/thumbnail_url`, block['thumbnail_url'], true);
}

/** The elements of a block that a person can use. */
export const elementsOf = (block: JsonObject): readonly JsonObject[] =>
  [
    ...(Array.isArray(block['elements']) && block['type'] !== 'rich_text'
      ? objectsOf(block['elements'])
      : []),
    ...(isObject(block['accessory']) ? [block['accessory']] : []),
    ...(isObject(block['element']) ? [block['element']] : []),
  ].filter((element) => isInteractive(typeOf(element)));
