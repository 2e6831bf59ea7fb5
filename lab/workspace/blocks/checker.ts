import { isObject, textOf, type Json, type JsonObject } from '../json.ts';

/** Where blocks are shown; decides which kinds and how many are allowed. */
export type Surface = 'message' | 'modal' | 'home';

/** One thing Slack would refuse: where (a JSON pointer), which rule, and in words. */
export interface Problem {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Collects the problems of one payload, and counts what is limited over all of it. */
export interface Checker {
  readonly surface: Surface;
  readonly problems: Problem[];
  readonly blockIds: Set<string>;
  tables: number;
  markdownCharacters: number;
  /** Blocks of the payload that only forms may need a submit button for. */
  inputs: number;
}

export const newChecker = (surface: Surface): Checker => ({
  surface,
  problems: [],
  blockIds: new Set(),
  tables: 0,
  markdownCharacters: 0,
  inputs: 0,
});

export function report(checker: Checker, pointer: string, code: string, message: string): void {
  checker.problems.push({ pointer, code, message });
}

/**
 * The length Slack counts: with `&`, `<` and `>` written as entities. In mrkdwn, entities and `<…>` links that
 * are already written count as they are.
 */
export function countedLength(text: string, markup: boolean): number {
  let extra = 0;
  const plain = markup
    ? text.replace(/<(?:[@#!][^<>\n]*|https?:[^<>\n]*|mailto:[^<>\n]*|tel:[^<>\n]*)>/g, '')
    : text;
  const bare = markup ? plain.replace(/&(?:amp|lt|gt);/g, '') : plain;
  for (const character of bare) {
    if (character === '&') extra += 4;
    if (character === '<' || character === '>') extra += 3;
  }
  return text.length + extra;
}

interface TextRule {
  readonly max: number;
  readonly min?: number;
  /** `plain` refuses mrkdwn. */
  readonly type?: 'plain' | 'any';
}

/** Checks a text object. */
export function checkText(checker: Checker, pointer: string, value: Json | undefined, rule: TextRule): void {
  if (!isObject(value)) return report(checker, pointer, 'missing', 'must provide an object');
  if (value['type'] !== 'plain_text' && value['type'] !== 'mrkdwn') {
    return report(checker, `${pointer}/type`, 'type', 'unsupported type of text object');
  }
  if (rule.type === 'plain' && value['type'] !== 'plain_text') {
    return report(checker, `${pointer}/type`, 'type', 'must be a plain_text object');
  }
  if (typeof value['text'] !== 'string') {
    return report(checker, `${pointer}/text`, 'missing', 'must provide a string');
  }
  const length = countedLength(value['text'], value['type'] === 'mrkdwn');
  const min = rule.min ?? 1;
  if (length < min) {
    report(checker, `${pointer}/text`, 'too_short', `must be more than ${min - 1} characters`);
  }
  if (length > rule.max) {
    report(checker, `${pointer}/text`, 'too_long', `must be less than ${rule.max + 1} characters`);
  }
}

export function checkOptionalText(
  checker: Checker,
  pointer: string,
  value: Json | undefined,
  rule: TextRule,
): void {
  if (value !== undefined && value !== null) checkText(checker, pointer, value, rule);
}

/** Checks a string when it is given. */
export function checkString(
  checker: Checker,
  pointer: string,
  value: Json | undefined,
  max: number,
  required = false,
): void {
  if (value === undefined || value === null) {
    if (required) report(checker, pointer, 'missing', 'must provide a string');
    return;
  }
  if (typeof value !== 'string') return report(checker, pointer, 'type', 'must be a string');
  if (required && value.length === 0) report(checker, pointer, 'too_short', 'must be more than 0 characters');
  if (value.length > max) report(checker, pointer, 'too_long', `must be less than ${max + 1} characters`);
}

/** Checks that a list is one, with a size between the two; answers its objects with their pointers. */
export function checkList(
  checker: Checker,
  pointer: string,
  value: Json | undefined,
  min: number,
  max: number,
): readonly { readonly pointer: string; readonly item: JsonObject }[] {
  if (!Array.isArray(value)) {
    report(checker, pointer, 'missing', 'must be an array');
    return [];
  }
  const list = value as readonly Json[];
  if (list.length < min) report(checker, pointer, 'too_few', `must contain at least ${min} items`);
  if (list.length > max) report(checker, pointer, 'too_many', `no more than ${max} items allowed`);
  return list.flatMap((item, index) => {
    if (isObject(item)) return [{ pointer: `${pointer}/${index}`, item }];
    report(checker, `${pointer}/${index}`, 'type', 'must be an object');
    return [];
  });
}

/** A confirm dialog: title 100, text 300, buttons 30 characters. */
export function checkConfirm(checker: Checker, pointer: string, value: Json | undefined): void {
  if (value === undefined || value === null) return;
  if (!isObject(value)) return report(checker, pointer, 'type', 'must be an object');
  checkText(checker, `${pointer}/title`, value['title'], { max: 100, type: 'plain' });
  checkText(checker, `${pointer}/text`, value['text'], { max: 300 });
  checkText(checker, `${pointer}/confirm`, value['confirm'], { max: 30, type: 'plain' });
  checkText(checker, `${pointer}/deny`, value['deny'], { max: 30, type: 'plain' });
  checkStyle(checker, `${pointer}/style`, value['style']);
}

export function checkStyle(checker: Checker, pointer: string, value: Json | undefined): void {
  if (value !== undefined && value !== 'primary' && value !== 'danger') {
    report(checker, pointer, 'enum', 'must be one of: primary, danger');
  }
}

/** Checks `http:` and `https:` addresses of up to 3000 characters. */
export function checkUrl(
  checker: Checker,
  pointer: string,
  value: Json | undefined,
  required: boolean,
): void {
  checkString(checker, pointer, value, 3000, required);
  if (typeof value === 'string' && !/^https?:\/\/\S+$/.test(value)) {
    report(checker, pointer, 'format', 'must be a valid URL');
  }
}

/** The sentence that travels in `response_metadata.messages`. */
export const problemText = (problem: Problem): string =>
  `[ERROR] ${problem.message} [json-pointer:${problem.pointer}]`;

export const typeOf = (item: JsonObject): string => textOf(item['type']);
