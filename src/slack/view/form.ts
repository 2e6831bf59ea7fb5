import type { InputBlock, KnownBlock, ModalView, PlainTextElement, PlainTextOption } from '@slack/types';
import { z } from 'zod';
import type { FormOf, ShownForm } from '../../desk/port.ts';
import type { Offer } from '../../desk/places.ts';
import {
  type Field,
  type FormProblem,
  type FormValues,
  type Lang,
  say,
  type Words,
} from '../../kit/index.ts';
import { section } from './blocks.ts';
import { escaped, plain } from './text.ts';
import { firstOf, W } from './words.ts';

/** Every form of ours. */
export const FORM = 'fettle-form';
/** The one control in the block of a field; the block carries the field's id. */
export const FIELD = 'fettle-field';
/** A button that opens the form of the command whose name follows. */
export const OPENS = /^fettle-opens:([a-z0-9-]+)$/;
export const opensAction = (command: string): string => `fettle-opens:${command}`;

/** Slack's limits for what a form is made of. */
const LIMITS = {
  title: 24,
  label: 150,
  hint: 500,
  option: 75,
  optionValue: 150,
  options: 100,
  error: 500,
} as const;

/** What travels with a form and comes back with it: whose form it is, and where its result goes. */
export const About = z.object({
  of: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('command'), name: z.string(), topic: z.string().exactOptional() }),
    z.object({
      kind: z.literal('button'),
      id: z.string(),
      meaning: z.string().optional(),
      shown: z.string().optional(),
    }),
  ]),
  channel: z.string(),
  threadTs: z.string().optional(),
  lang: z.enum(['en', 'zh']),
});
export interface About {
  readonly of: FormOf;
  readonly channel: string;
  readonly threadTs?: string | undefined;
  readonly lang: Lang;
}

/** A form as a modal. */
export function formView({ form, begins = {} }: ShownForm, about: About): ModalView {
  const { lang } = about;
  const [first] = form.fields;
  const blocks: KnownBlock[] = [
    ...(form.says ? [section(escaped(say(form.says, lang), 2900))] : []),
    ...form.fields.map((field) => fieldBlock(field, begins[field.id] ?? [], lang, field === first)),
  ];
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: JSON.stringify(about),
    title: text(form.title, lang, LIMITS.title),
    submit: text(form.submit, lang, LIMITS.title),
    close: text(W.close, lang, LIMITS.title),
    blocks,
  };
}

function fieldBlock(field: Field, begins: readonly string[], lang: Lang, isFirst: boolean): InputBlock {
  return {
    type: 'input',
    block_id: field.id,
    label: text(field.label, lang, LIMITS.label),
    ...(field.hint ? { hint: text(field.hint, lang, LIMITS.hint) } : {}),
    optional: field.optional === true,
    element: control(field, begins, lang, isFirst),
  };
}

function control(
  field: Field,
  begins: readonly string[],
  lang: Lang,
  isFirst: boolean,
): InputBlock['element'] {
  const options = (of: Extract<Field, { kind: 'choice' | 'ticks' }>['options']): PlainTextOption[] =>
    of.map(({ value, title }) => option(value, title, lang));
  switch (field.kind) {
    case 'text': {
      const begun = (begins[0] ?? field.begins ?? '').slice(0, field.mostCharacters);
      return {
        type: 'plain_text_input',
        action_id: FIELD,
        multiline: field.lines === 'several',
        max_length: field.mostCharacters,
        focus_on_load: isFirst,
        ...(begun === '' ? {} : { initial_value: begun }),
      };
    }
    case 'choice': {
      const begun =
        field.options.find(({ value }) => value === begins[0]) ??
        field.options.find(({ value }) => value === field.begins);
      return {
        type: 'radio_buttons',
        action_id: FIELD,
        options: options(field.options),
        ...(begun ? { initial_option: option(begun.value, begun.title, lang) } : {}),
      };
    }
    case 'ticks': {
      const begun = field.options.filter(({ value }) => begins.includes(value));
      return {
        type: 'checkboxes',
        action_id: FIELD,
        options: options(field.options),
        ...(begun.length > 0
          ? { initial_options: begun.map(({ value, title }) => option(value, title, lang)) }
          : {}),
      };
    }
    case 'places': {
      const begun = begins.map((value) => option(value, { en: value, zh: value }, lang));
      const [only] = begun;
      if (field.most === 1)
        return {
          type: 'external_select',
          action_id: FIELD,
          min_query_length: 0,
          placeholder: text(W.typeAName, lang, LIMITS.label),
          focus_on_load: isFirst,
          ...(only ? { initial_option: only } : {}),
        };
      return {
        type: 'multi_external_select',
        action_id: FIELD,
        // Shows the choices at once, before anything is typed.
        min_query_length: 0,
        placeholder: text(W.typeAName, lang, LIMITS.label),
        focus_on_load: isFirst,
        ...(begun.length > 0 ? { initial_options: begun } : {}),
      };
    }
    default:
      return field satisfies never;
  }
}

/** What a menu shows for what was typed; when there is more than fits, its heading says so. */
export function offerOptions(
  { options, all }: Offer,
  lang: Lang,
):
  | { options: PlainTextOption[] }
  | { option_groups: { label: PlainTextElement; options: PlainTextOption[] }[] } {
  const shown = options
    .slice(0, LIMITS.options)
    .map(({ value, title, hint }) => option(value, title, lang, hint));
  if (shown.length === 0 || all <= shown.length) return { options: shown };
  return {
    option_groups: [{ label: text(firstOf(shown.length, all), lang, LIMITS.option), options: shown }],
  };
}

function option(value: string, title: Words, lang: Lang, hint?: Words): PlainTextOption {
  return {
    value: value.slice(0, LIMITS.optionValue),
    text: text(title, lang, LIMITS.option),
    ...(hint && say(hint, lang) !== '' ? { description: text(hint, lang, LIMITS.option) } : {}),
  };
}

const text = (of: Words, lang: Lang, most: number): PlainTextElement => ({
  type: 'plain_text',
  text: plain(say(of, lang), most),
  emoji: false,
});

const Chosen = z.object({ value: z.string() });
const Given = z.object({
  value: z.string().nullish(),
  selected_option: Chosen.nullish(),
  selected_options: z.array(Chosen).nullish(),
});
const State = z.record(z.string(), z.record(z.string(), Given));

/** What was given, by field. Throws for what is no form of ours. */
export function valuesOf(state: unknown): FormValues {
  const blocks = Object.entries(State.parse(state));
  return Object.fromEntries(
    blocks.map(([field, controls]) => [field, Object.values(controls).flatMap(given)]),
  );
}

function given({ value, selected_option: one, selected_options: several }: z.infer<typeof Given>): string[] {
  if (several) return several.map((each) => each.value);
  if (one) return [one.value];
  return value === undefined || value === null || value.trim() === '' ? [] : [value];
}

/** Mistakes as Slack shows them, each at its field. */
export const mistakesAt = (mistakes: readonly FormProblem[], lang: Lang): Record<string, string> =>
  Object.fromEntries(mistakes.map(({ field, says }) => [field, plain(say(says, lang), LIMITS.error)]));
