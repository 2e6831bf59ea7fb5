import { describe, expect, it } from 'vitest';
import {
  arg,
  callForm,
  checkArguments,
  type Form,
  type FormValues,
  readCall,
  typedCall,
} from '../../../../src/kit/index.ts';
import { randomFrom } from '../../../faults/random.ts';
import { callable, estate, EVERY_WORD, meantArguments } from '../../../support/argument-words.ts';
import { meantText } from '../../../support/generated.ts';

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed + 1);
const cases = Object.entries(EVERY_WORD);

/** What a form holds that was opened with these beginnings and sent as it was. */
const sentAsItBegan = ({ fields }: Form<string>, begins: FormValues): FormValues =>
  Object.fromEntries(
    fields.map((field) => {
      const begun = begins[field.id] ?? [];
      const usual = 'begins' in field && field.begins !== undefined ? [field.begins] : [];
      return [field.id, begun.length > 0 ? begun : usual];
    }),
  );

describe.each(cases)('an argument: %s', (_, given) => {
  const playbook = callable(given);

  it.each(SEEDS)('typed out it is read as the same again, with its ticket and reason (seed %i)', (seed) => {
    const random = randomFrom(seed);
    const own = meantArguments(given, random);
    const call = {
      args: own,
      ticket: typeof own['ticket'] === 'string' ? own['ticket'] : 'CHG0012345',
      reason: typeof own['reason'] === 'string' ? own['reason'] : reasonOf(meantText(random, 300)),
    };
    const typed = typedCall(playbook, call).slice(playbook.name.length);
    expect(readCall(playbook, typed, estate)).toMatchObject({ ok: true, call });
  });

  it.each(SEEDS)('its form, opened with what was typed and sent, comes to the same (seed %i)', (seed) => {
    const own = meantArguments(given, randomFrom(seed));
    const typed = typedCall(playbook, { args: own });
    const read = readCall(playbook, typed.slice(playbook.name.length), estate);
    const form = callForm(playbook);
    const filled = form.read(sentAsItBegan(form, read.given), estate);
    expect(filled).toMatchObject({ ok: true });
    if (!filled.ok) return;
    const again = readCall(playbook, filled.meant.slice(playbook.name.length), estate);
    expect(again).toMatchObject({ ok: true, call: { args: own } });
  });

  it.each(SEEDS)('stored as JSON it still holds (seed %i)', (seed) => {
    const own = meantArguments(given, randomFrom(seed));
    const stored: unknown = JSON.parse(JSON.stringify(own));
    expect(checkArguments(given, stored, estate)).toEqual({ ok: true, args: own });
  });
});

/** As it is kept: read once. */
function reasonOf(text: string): string {
  const read = arg.reason().read([text], { estate, before: {} });
  if (!read.ok) throw new Error(read.says.en);
  return read.value;
}
