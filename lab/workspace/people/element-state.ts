import { typeOf } from '../blocks/checker.ts';
import { compact, isObject, objectOf, objectsOf, textOf, type Json, type JsonObject } from '../json.ts';
import { Impossible } from './act.ts';

/** What a person gave to an element: text, the value or label of an option, several of them, or nothing. */
export type Given = string | readonly string[] | null;

/** The state of an element before anyone touched it. */
export function initialState(element: JsonObject): JsonObject {
  const type = typeOf(element);
  const key = stateKey(type);
  if (key === undefined) return { type };
  const initial = element[INITIAL[key] ?? ''] ?? null;
  const list = key.endsWith('s') && key !== 'files';
  return { type, [key]: initial ?? (list ? [] : null) };
}

/** The state of an element after a person gave something. Options are found by value or label; `offered` are those of a menu that the app fills. */
export function givenState(element: JsonObject, given: Given, offered: readonly JsonObject[]): JsonObject {
  const type = typeOf(element);
  const key = stateKey(type);
  if (key === undefined) throw new Impossible(`${type} takes no value`);
  if (key === 'selected_option')
    return { type, [key]: given === null ? null : optionOf(element, one(given), offered) };
  if (key === 'selected_options')
    return { type, [key]: many(given).map((value) => optionOf(element, value, offered)) };
  if (key.startsWith('selected_') && key.endsWith('s')) return { type, [key]: many(given) };
  if (key === 'selected_date_time') return { type, [key]: given === null ? null : Number(one(given)) };
  return { type, [key]: given === null || given === '' ? null : one(given) };
}

/** Whether a state holds nothing. */
export function isEmpty(state: JsonObject): boolean {
  const [, value] = Object.entries(state).find(([key]) => key !== 'type') ?? [];
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

const stateKey = (type: string): string | undefined => STATE[type];

const STATE: Readonly<Record<string, string>> = {
  plain_text_input: 'value',
  number_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  rich_text_input: 'rich_text_value',
  static_select: 'selected_option',
  external_select: 'selected_option',
  radio_buttons: 'selected_option',
  multi_static_select: 'selected_options',
  multi_external_select: 'selected_options',
  checkboxes: 'selected_options',
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
  channels_select: 'selected_channel',
  multi_channels_select: 'selected_channels',
  conversations_select: 'selected_conversation',
  multi_conversations_select: 'selected_conversations',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
  file_input: 'files',
};

const INITIAL: Readonly<Record<string, string>> = {
  value: 'initial_value',
  rich_text_value: 'initial_value',
  selected_option: 'initial_option',
  selected_options: 'initial_options',
  selected_user: 'initial_user',
  selected_users: 'initial_users',
  selected_channel: 'initial_channel',
  selected_channels: 'initial_channels',
  selected_conversation: 'initial_conversation',
  selected_conversations: 'initial_conversations',
  selected_date: 'initial_date',
  selected_time: 'initial_time',
  selected_date_time: 'initial_date_time',
};

const one = (given: Given): string => {
  if (typeof given === 'string') return given;
  const [first, ...more] = given ?? [];
  if (first === undefined || more.length > 0) throw new Impossible('exactly one value can be given');
  return first;
};

const many = (given: Given): readonly string[] =>
  given === null ? [] : typeof given === 'string' ? [given] : given;

/** The option with this value or label. A menu that the app fills has what it offered this person there, and what it began with. */
export function optionOf(element: JsonObject, wanted: string, offered: readonly JsonObject[]): Json {
  const options = isExternal(element)
    ? [...offered, ...objectsOf(element['initial_options']), objectOf(element['initial_option'])]
    : [
        ...objectsOf(element['options']),
        ...objectsOf(element['option_groups']).flatMap((group) => objectsOf(group['options'])),
      ];
  const found =
    options.find((option) => option['value'] === wanted) ??
    options.find((option) => textOf(objectOf(option['text'])['text']) === wanted);
  if (found === undefined) throw new Impossible(`there is no option ${wanted}`);
  return compact({ text: found['text'], value: found['value'], description: found['description'] });
}

/** A menu whose options the app is asked for. */
export const isExternal = (element: JsonObject): boolean => typeOf(element).endsWith('external_select');

/** The label of an element as a person reads it: the button's text, the placeholder, else its id. */
export const labelOf = (element: JsonObject): string => {
  const text = isObject(element['text']) ? element['text'] : objectOf(element['placeholder']);
  return textOf(text['text']) || textOf(element['action_id']);
};
