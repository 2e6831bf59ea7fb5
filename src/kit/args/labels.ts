import type { Estate } from '../estate.ts';
import type { Arguments } from './args.ts';

/** The arguments that an alert's labels name, as one would type them; a label that means nothing here is passed over. */
export function fromLabels(
  { words: all }: Pick<Arguments, 'words'>,
  labels: Readonly<Record<string, string>>,
  estate: Estate,
): Readonly<Record<string, unknown>> {
  const known = new Map(Object.entries(labels).map(([name, value]) => [name.toLowerCase(), value]));
  const values: Record<string, unknown> = {};
  for (const [id, word] of Object.entries(all)) {
    for (const label of word.labels) {
      const value = known.get(label);
      if (value === undefined || value.trim() === '') continue;
      const read = word.read([word.fromLabel(value)], { estate, before: values });
      if (!read.ok) continue;
      values[id] = read.value;
      break;
    }
  }
  return values;
}
