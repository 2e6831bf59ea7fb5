import { type FormValues, words } from '../kit/index.ts';
import type { DeskParts } from './parts.ts';
import type { Offer, OfferPlaces } from './places.ts';
import type { Arrival, Desk, Filled, FormOf } from './port.ts';

/** What a field has for somebody; nothing for a field that has no list to look in. */
export function offered(
  { catalog }: Pick<DeskParts, 'catalog'>,
  places: OfferPlaces,
  of: FormOf,
  fieldId: string,
  typed: string,
  { person }: Pick<Arrival, 'person'>,
): Offer {
  const form = of.kind === 'command' ? catalog.commands.get(of.name)?.form : undefined;
  const field = form?.fields.find(({ id }) => id === fieldId);
  return field?.kind === 'places' ? places(person, field.of, typed) : { options: [], all: 0 };
}

/** The form of a command comes to words, and those go the way of all words. The same words of one form are one request. */
export async function filledCommand(
  { catalog, estate }: Pick<DeskParts, 'catalog' | 'estate'>,
  ask: Desk['ask'],
  name: string,
  values: FormValues,
  arrival: Arrival,
): Promise<Filled> {
  const form = catalog.commands.get(name)?.form;
  if (!form) return { kind: 'says', says: NO_FORM };
  const read = form.read(values, estate);
  return read.ok
    ? ask(name, read.meant, { ...arrival, key: `${arrival.key}:${read.meant}` })
    : { kind: 'mistakes', mistakes: read.problems };
}

const NO_FORM = words(
  'This form is not known here any more. Close it and ask again.',
  '此表单已失效，请关闭后重新发起。',
);
