import { type Form, type FormValues, words } from '../kit/index.ts';
import type { DeskDeps } from './deps.ts';
import type { Offer, OfferPlaces } from './places.ts';
import type { Arrival, Desk, FormReply, FormOf } from './port.ts';

/** What a field has for somebody; nothing for a field that has no list to look in. */
export function offered(
  deps: Pick<DeskDeps, 'catalog' | 'estate'>,
  places: OfferPlaces,
  of: FormOf,
  fieldId: string,
  typed: string,
  { person }: Pick<Arrival, 'person'>,
): Offer {
  const form = of.kind === 'command' ? formOf(deps, of) : undefined;
  const field = form?.fields.find(({ id }) => id === fieldId);
  return field?.kind === 'places' ? places(person, field.of, typed, field.under) : { options: [], all: 0 };
}

/** A command's form is turned into the text one would have typed, and handled like it. The same words of one form are one request. */
export async function filledCommand(
  deps: Pick<DeskDeps, 'catalog' | 'estate'>,
  ask: Desk['ask'],
  of: CommandFormOf,
  values: FormValues,
  arrival: Arrival,
): Promise<FormReply> {
  const form = formOf(deps, of);
  if (!form) return { kind: 'says', says: NO_FORM };
  const read = form.read(values, deps.estate);
  return read.ok
    ? ask(of.name, read.meant, { ...arrival, key: `${arrival.key}:${read.meant}` })
    : { kind: 'mistakes', mistakes: read.problems };
}

type CommandFormOf = Extract<FormOf, { kind: 'command' }>;

/** The form of a command, or the one that it has for a topic. */
export function formOf(
  { catalog, estate }: Pick<DeskDeps, 'catalog' | 'estate'>,
  { name, topic }: CommandFormOf,
): Form<string> | undefined {
  const command = catalog.commands.get(name);
  return topic === undefined ? command?.form : command?.formFor?.(topic, { estate, catalog });
}

const NO_FORM = words(
  'This form is not known here any more. Close it and ask again.',
  '此表单已失效，请关闭后重新发起。',
);
