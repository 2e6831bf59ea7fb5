import type { Estate } from '../estate.ts';
import { findScope, typedNames } from './find.ts';
import type { Field, FormRead, FormValues, PlaceKind } from '../form.ts';
import { type Words, words } from '../words.ts';

const places = (of: PlaceKind, label: Words): Field => ({
  kind: 'places',
  of,
  id: of,
  label,
  optional: true,
});

/** The fields of a form that asks for a scope: places of each kind, or everything. */
export const scopeFields = [
  places('system', words('Systems', '系统')),
  places('app', words('Apps', '应用')),
  places('host', words('Hosts', '主机')),
  places('site', words('Sites', '机房')),
  {
    kind: 'ticks',
    id: 'all',
    label: words('Or all of it', '或全部'),
    options: [{ value: 'all', title: words('Everything you may look at', '您可查看的全部范围') }],
    optional: true,
  },
] as const satisfies readonly [Field, ...Field[]];

const KINDS = ['system', 'app', 'host', 'site'] as const;

/** What would have been typed: the names of what was chosen. */
export function readScope(values: FormValues, estate: Estate): FormRead<string> {
  const chosen = KINDS.flatMap((kind) => (values[kind] ?? []).map((id) => ({ kind, id })));
  const everything = (values['all'] ?? []).length > 0;
  const [first] = chosen;
  if (everything && first) return problem('all', BOTH);
  if (everything) return { ok: true, meant: 'all' };
  if (!first) return problem('system', NOTHING);
  // A comma keeps two names from being read as one longer name.
  const meant = typedNames(chosen, estate).join(', ');
  const found = findScope(meant, estate);
  return found.ok ? { ok: true, meant } : problem(first.kind, found.says);
}

const problem = (field: string, says: Words): FormRead<string> => ({
  ok: false,
  problems: [{ field, says }],
});

const BOTH = words(
  'Everything is ticked, and single ones are chosen above. Take one of the two away.',
  '已勾选全部，同时上方又选择了单项。请去掉其中之一。',
);
const NOTHING = words(
  'Choose at least one here or below, or tick everything.',
  '请至少选择一项，或勾选全部。',
);
