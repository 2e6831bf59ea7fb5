import { type Form, type FormValues, words } from '../kit/index.ts';
import type { DeskParts } from './parts.ts';
import type { Offer, OfferPlaces } from './places.ts';
import type { Arrival, Desk, Filled, FormOf } from './port.ts';

/** What a field has for somebody; nothing for a field that has no list to look in. */
export function offered(
  parts: Pick<DeskParts, 'catalog' | 'estate'>,
  places: OfferPlaces,
  of: FormOf,
  fieldId: string,
  typed: string,
  { person }: Pick<Arrival, 'person'>,
): Offer {
  const form = of.kind === 'command' ? formOf(parts, of) : undefined;
  const field = form?.fields.find(({ id }) => id === fieldId);
  return field?.kind === 'places' ? places(person, field.of, typed, field.under) : { options: [], all: 0 };
}

/** The form of a command comes to words, and those go the way of all words. The same words of one form are one request. */
export async function filledCommand(
  parts: Pick<DeskParts, 'catalog' | 'estate'>,
  ask: Desk['ask'],
  of: CommandFormOf,
  values: FormValues,
  arrival: Arrival,
): Promise<Filled> {
  const form = formOf(parts, of);
  if (!form) return { kind: 'says', says: NO_FORM };
  const read = form.read(values, parts.estate);
  return read.ok
    ? ask(of.name, read.meant, { ...arrival, key: `${arrival.key}:${read.meant}` })
    : { kind: 'mistakes', mistakes: read.problems };
}

type CommandFormOf = Extract<FormOf, { kind: 'command' }>;

/** The form of a command, or the one that it has for a topic. */
export function formOf(
  { catalog, estate }: Pick<DeskParts, 'catalog' | 'estate'>,
  { name, topic }: CommandFormOf,
): Form<string> | undefined {
  const command = catalog.commands.get(name);
  return topic === undefined ? command?.form : command?.formFor?.(topic, { estate, catalog });
}

const NO_FORM = words(
  'This form is not known here any more. Close it and ask again.',
  '此表单已失效，请关闭后重新发起。',
);
