import type { Call } from '../command.ts';
import type { Estate } from '../estate.ts';
import type { Field, Form, FormProblem, FormValues } from '../form.ts';
import type { Playbook } from '../playbook.ts';
import { type Words, words } from '../words.ts';
import { type Arguments, checkArguments } from './args.ts';
import { reason, ticket } from './texts.ts';
import { readFilled, readTyped, type ReadTyped, typedOf, usageOf } from './typed.ts';
import { optional } from './word.ts';

/** The facts of a playbook that calling it needs. */
export type Callable = Pick<Playbook, 'name' | 'title' | 'args'>;

/** `given` is what its form begins with. */
export type ReadCall = { readonly given: FormValues } & (
  | { readonly ok: true; readonly call: Call }
  | { readonly ok: false; readonly problems: readonly [FormProblem, ...FormProblem[]] }
);

/** The words after a playbook's name: its own arguments, the ticket and the reason. */
export const readCall = ({ args }: Callable, typed: string, estate: Estate): ReadCall =>
  called(args, readTyped({ words: wordsOf(args) }, typed, estate), estate);

/** As one types it after the name of the command by which playbooks are run. */
export const typedCall = ({ name, args }: Callable, { args: own, ...rest }: Call): string =>
  `${name} ${typedOf({ words: wordsOf(args) }, { ...own, ...rest })}`.trim();

/** Name, arguments, ticket and reason. */
export function usageOfCall({ name, args }: Callable): Words {
  const { en, zh } = usageOf({ words: wordsOf(args) });
  return words(`${name} ${en}`.trim(), `${name} ${zh}`.trim());
}

/** Asks for all of it. Its values come to what one would have typed. */
export function callForm(playbook: Callable, about?: Words): Form<string> {
  const all = wordsOf(playbook.args);
  const [first, ...rest] = Object.entries(all).flatMap(([id, word]) =>
    word.fields(id).map((field): Field => (word.isOptional ? { ...field, optional: true } : field)),
  );
  return {
    title: words('Run a playbook', '执行预案'),
    submit: words('Show the plan', '查看计划'),
    says: about ?? playbook.title,
    // There is always the ticket.
    fields: [first ?? TICKET_FIELD, ...rest],
    read(values, estate) {
      const read = called(playbook.args, readFilled({ words: all }, values, estate), estate);
      if (read.ok) return { ok: true, meant: typedCall(playbook, read.call) };
      const [problem, ...problems] = read.problems.map(({ field, says }) => ({
        field: field in all ? field : (Object.keys(all)[0] ?? ''),
        says,
      }));
      return { ok: false, problems: [problem ?? read.problems[0], ...problems] };
    },
  };
}

const COMMON = { ticket: optional(ticket()), reason: optional(reason()) };
const [TICKET_FIELD] = COMMON.ticket.fields('ticket');

/** Every run may have a ticket and a reason; a playbook that asks for one itself has its own instead. */
const wordsOf = ({ words: own }: Arguments): Arguments['words'] => ({
  ...own,
  ...('ticket' in own ? {} : { ticket: COMMON.ticket }),
  ...('reason' in own ? {} : { reason: COMMON.reason }),
});

function called(args: Arguments, read: ReadTyped, estate: Estate): ReadCall {
  const { given } = read;
  if (!read.ok) return { ok: false, problems: read.problems, given };
  const own = Object.fromEntries(Object.entries(read.args).filter(([id]) => id in args.words));
  const checked = checkArguments(args, own, estate);
  if (!checked.ok) return { ok: false, problems: checked.problems, given };
  const { ticket: number, reason: why } = read.args;
  return {
    ok: true,
    given,
    call: {
      args: own,
      ...(typeof number === 'string' ? { ticket: number } : {}),
      ...(typeof why === 'string' ? { reason: why } : {}),
    },
  };
}
