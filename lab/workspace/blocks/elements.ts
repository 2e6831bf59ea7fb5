import { isObject, objectsOf, scalarText, type Json, type JsonObject } from '../json.ts';
import {
  checkConfirm,
  checkList,
  checkOptionalText,
  checkString,
  checkStyle,
  checkText,
  checkUrl,
  report,
  typeOf,
  type Checker,
} from './checker.ts';

const SELECTS = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
];
const MULTI_SELECTS = SELECTS.map((type) => `multi_${type}`);
const PICKERS = ['datepicker', 'timepicker', 'datetimepicker'];
const CHOICES = ['radio_buttons', 'checkboxes'];
const INPUTS = ['plain_text_input', 'number_input', 'email_text_input', 'url_text_input', 'rich_text_input'];

/** Which elements may stand where. */
export const ALLOWED = {
  accessory: ['button', 'image', 'overflow', ...SELECTS, ...MULTI_SELECTS, ...PICKERS, ...CHOICES],
  actions: ['button', 'overflow', ...SELECTS, ...PICKERS, ...CHOICES],
  input: [...INPUTS, ...SELECTS, ...MULTI_SELECTS, ...PICKERS, ...CHOICES, 'file_input'],
} as const;

/** Elements a person can use: they have an action_id and send an interaction. */
export const isInteractive = (type: string): boolean =>
  type !== 'image' && ([...ALLOWED.accessory, ...ALLOWED.input] as readonly string[]).includes(type);

/** Checks one element of a section, an actions block or an input. */
export function checkElement(
  checker: Checker,
  pointer: string,
  element: JsonObject,
  place: keyof typeof ALLOWED,
): void {
  const type = typeOf(element);
  if (!(ALLOWED[place] as readonly string[]).includes(type)) {
    return report(checker, `${pointer}/type`, 'type', `unsupported type: ${type}`);
  }
  checkString(checker, `${pointer}/action_id`, element['action_id'], 255);
  if (element['action_id'] === '')
    report(checker, `${pointer}/action_id`, 'too_short', 'must be more than 0 characters');
  checkConfirm(checker, `${pointer}/confirm`, element['confirm']);
  if (type === 'image') return checkImageElement(checker, pointer, element);
  if (type === 'button') return checkButton(checker, pointer, element);
  if (type === 'overflow')
    return checkOptions(checker, `${pointer}/options`, element['options'], 1, 5, 'overflow');
  if (CHOICES.includes(type)) return checkChoices(checker, pointer, element, type);
  if (INPUTS.includes(type)) return checkTextInput(checker, pointer, element, type);
  if (type === 'file_input') return checkFileInput(checker, pointer, element);
  checkOptionalText(checker, `${pointer}/placeholder`, element['placeholder'], { max: 150, type: 'plain' });
  if (PICKERS.includes(type)) return checkPicker(checker, pointer, element, type);
  if (type.startsWith('multi_')) checkMost(checker, pointer, element);
  if (type.endsWith('static_select')) checkStaticSelect(checker, pointer, element);
  if (type.endsWith('external_select')) checkExternalSelect(checker, pointer, element);
}

function checkMost(checker: Checker, pointer: string, element: JsonObject): void {
  const most = element['max_selected_items'];
  if (most !== undefined && !(Number.isInteger(most) && Number(most) >= 1))
    report(checker, `${pointer}/max_selected_items`, 'range', 'must be 1 or more');
}

/** A menu that the app fills has no options of its own; what it begins with must look like one. */
function checkExternalSelect(checker: Checker, pointer: string, element: JsonObject): void {
  const { min_query_length: fewest, initial_option: initial, initial_options: initials } = element;
  if (fewest !== undefined && !(Number.isInteger(fewest) && Number(fewest) >= 0))
    report(checker, `${pointer}/min_query_length`, 'range', 'must be 0 or more');
  for (const key of ['options', 'option_groups'])
    if (element[key] !== undefined)
      report(checker, `${pointer}/${key}`, 'additional', `an external select has no ${key}`);
  if (initial !== undefined) checkOptions(checker, `${pointer}/initial_option`, [initial], 1, 1, 'select');
  if (initials !== undefined) checkOptions(checker, `${pointer}/initial_options`, initials, 1, 100, 'select');
}

export function checkImageElement(checker: Checker, pointer: string, element: JsonObject): void {
  checkString(checker, `${pointer}/alt_text`, element['alt_text'], 2000, true);
  if (element['slack_file'] === undefined)
    checkUrl(checker, `${pointer}/image_url`, element['image_url'], true);
}

function checkButton(checker: Checker, pointer: string, element: JsonObject): void {
  checkText(checker, `${pointer}/text`, element['text'], { max: 75, type: 'plain' });
  checkString(checker, `${pointer}/value`, element['value'], 2000);
  checkString(checker, `${pointer}/accessibility_label`, element['accessibility_label'], 75);
  checkUrl(checker, `${pointer}/url`, element['url'], false);
  checkStyle(checker, `${pointer}/style`, element['style']);
}

function checkChoices(checker: Checker, pointer: string, element: JsonObject, type: string): void {
  checkOptions(checker, `${pointer}/options`, element['options'], 1, 10, 'choice');
  const options = objectsOf(element['options']);
  if (type === 'radio_buttons')
    checkInitial(checker, `${pointer}/initial_option`, element['initial_option'], options);
  else checkInitials(checker, `${pointer}/initial_options`, element['initial_options'], options);
}

function checkStaticSelect(checker: Checker, pointer: string, element: JsonObject): void {
  const grouped = element['option_groups'] !== undefined;
  if (grouped === (element['options'] !== undefined)) {
    return report(checker, pointer, 'one_of', 'must provide either options or option_groups');
  }
  const options = grouped
    ? objectsOf(element['option_groups']).flatMap((group) => objectsOf(group['options']))
    : objectsOf(element['options']);
  if (grouped) {
    for (const group of checkList(checker, `${pointer}/option_groups`, element['option_groups'], 1, 100)) {
      checkText(checker, `${group.pointer}/label`, group.item['label'], { max: 75, type: 'plain' });
      checkOptions(checker, `${group.pointer}/options`, group.item['options'], 1, 100, 'select');
    }
  } else {
    checkOptions(checker, `${pointer}/options`, element['options'], 1, 100, 'select');
  }
  checkInitial(checker, `${pointer}/initial_option`, element['initial_option'], options);
  checkInitials(checker, `${pointer}/initial_options`, element['initial_options'], options);
}

/** Checks options; only those of an overflow menu may carry a url, only those of choices may use mrkdwn. */
export function checkOptions(
  checker: Checker,
  pointer: string,
  value: Json | undefined,
  min: number,
  max: number,
  kind: 'overflow' | 'choice' | 'select',
): void {
  const type = kind === 'choice' ? 'any' : 'plain';
  for (const { pointer: at, item } of checkList(checker, pointer, value, min, max)) {
    checkText(checker, `${at}/text`, item['text'], { max: 75, type });
    checkString(checker, `${at}/value`, item['value'], 150, true);
    checkOptionalText(checker, `${at}/description`, item['description'], { max: 75, type });
    if (kind === 'overflow') checkUrl(checker, `${at}/url`, item['url'], false);
    else if (item['url'] !== undefined)
      report(checker, `${at}/url`, 'additional', 'only overflow options may have a url');
  }
}

const same = (one: JsonObject, other: JsonObject): boolean =>
  one['value'] === other['value'] && JSON.stringify(one['text']) === JSON.stringify(other['text']);

function checkInitial(
  checker: Checker,
  pointer: string,
  value: Json | undefined,
  options: readonly JsonObject[],
): void {
  if (value === undefined) return;
  if (!isObject(value) || !options.some((option) => same(option, value))) {
    report(checker, pointer, 'not_an_option', 'must be one of the provided options');
  }
}

function checkInitials(
  checker: Checker,
  pointer: string,
  value: Json | undefined,
  options: readonly JsonObject[],
): void {
  if (value === undefined) return;
  for (const { pointer: at, item } of checkList(checker, pointer, value, 1, 100)) {
    checkInitial(checker, at, item, options);
  }
}

function checkTextInput(checker: Checker, pointer: string, element: JsonObject, type: string): void {
  checkOptionalText(checker, `${pointer}/placeholder`, element['placeholder'], { max: 150, type: 'plain' });
  if (type === 'number_input' && typeof element['is_decimal_allowed'] !== 'boolean') {
    report(checker, `${pointer}/is_decimal_allowed`, 'missing', 'must provide a boolean');
  }
  if (type !== 'plain_text_input') return;
  const { min_length: min, max_length: max, initial_value: initial } = element;
  if (min !== undefined && !(typeof min === 'number' && min >= 0 && min <= 3000)) {
    report(checker, `${pointer}/min_length`, 'range', 'must be between 0 and 3000');
  }
  if (max !== undefined && !(typeof max === 'number' && max >= 1 && max <= 3000)) {
    report(checker, `${pointer}/max_length`, 'range', 'must be between 1 and 3000');
  }
  checkString(checker, `${pointer}/initial_value`, initial, typeof max === 'number' ? max : 3000);
}

function checkPicker(checker: Checker, pointer: string, element: JsonObject, type: string): void {
  const { initial_date: date, initial_time: time, initial_date_time: dateTime } = element;
  if (type === 'datepicker' && date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(scalarText(date))) {
    report(checker, `${pointer}/initial_date`, 'format', 'must be a date like 2026-11-21');
  }
  if (type === 'timepicker' && time !== undefined && !/^([01]\d|2[0-3]):[0-5]\d$/.test(scalarText(time))) {
    report(checker, `${pointer}/initial_time`, 'format', 'must be a time like 23:05');
  }
  if (type === 'datetimepicker' && dateTime !== undefined && !/^\d{10}$/.test(scalarText(dateTime))) {
    report(checker, `${pointer}/initial_date_time`, 'format', 'must be ten digits of seconds');
  }
}

function checkFileInput(checker: Checker, pointer: string, element: JsonObject): void {
  if (checker.surface !== 'modal')
    report(checker, `${pointer}/type`, 'type', 'file_input is for modals only');
  const max = element['max_files'];
  if (max !== undefined && !(typeof max === 'number' && max >= 1 && max <= 10)) {
    report(checker, `${pointer}/max_files`, 'range', 'must be between 1 and 10');
  }
}
