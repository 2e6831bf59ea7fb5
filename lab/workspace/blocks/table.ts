import { listOf, isObject, objectsOf, scalarText, textOf, type Json, type JsonObject } from '../json.ts';
import { checkList, report, typeOf, type Checker } from './checker.ts';
import { checkRichText } from './rich-text.ts';

const MAX_CHARACTERS = 10_000;

/** Checks a table: 100 rows of 20 cells, 10,000 characters, one in a message. */
export function checkTable(checker: Checker, pointer: string, block: JsonObject): void {
  checker.tables += 1;
  if (checker.tables === 2) report(checker, pointer, 'only_one_table_allowed', 'only one table is allowed');
  const rows = listOf(block['rows']);
  if (rows.length < 1) report(checker, `${pointer}/rows`, 'too_few', 'must contain at least 1 items');
  if (rows.length > 100) report(checker, `${pointer}/rows`, 'too_many', 'no more than 100 items allowed');
  let characters = 0;
  rows.forEach((row, at) => {
    for (const cell of checkList(checker, `${pointer}/rows/${at}`, row, 1, 20)) {
      characters += checkCell(checker, cell.pointer, cell.item);
    }
  });
  if (characters > MAX_CHARACTERS) {
    report(checker, `${pointer}/rows`, 'too_long', `must be less than ${MAX_CHARACTERS + 1} characters`);
  }
  if (block['column_settings'] !== undefined) {
    checkList(checker, `${pointer}/column_settings`, block['column_settings'], 0, 20);
  }
}

function checkCell(checker: Checker, pointer: string, cell: JsonObject): number {
  const type = typeOf(cell);
  if (type === 'raw_text') {
    const text = textOf(cell['text']);
    if (text === '') report(checker, `${pointer}/text`, 'too_short', 'must be more than 0 characters');
    return text.length;
  }
  if (type === 'raw_number') {
    if (typeof cell['value'] !== 'number')
      report(checker, `${pointer}/value`, 'missing', 'must provide a number');
    return scalarText(cell['value']).length;
  }
  if (type === 'rich_text') {
    checkRichText(checker, pointer, cell);
    return leafCharacters(cell);
  }
  report(checker, `${pointer}/type`, 'type', `unsupported type: ${type}`);
  return 0;
}

function leafCharacters(value: Json | undefined): number {
  if (!isObject(value)) return 0;
  const own = typeof value['text'] === 'string' ? value['text'].length : 0;
  return objectsOf(value['elements']).reduce((sum, item) => sum + leafCharacters(item), own);
}
