import { z } from 'zod';
import type { Field } from '../form.ts';
import { captureWhole } from '../text/captured.ts';
import { type Words, words } from '../words.ts';
import { brief, factsOf, type Word, type WordOptions } from './word.ts';

export interface TextOptions extends WordOptions {
  /** Characters. */
  readonly min?: number;
  readonly max?: number;
  readonly lines?: 'one' | 'several';
  /** Stands for it in the usage line. */
  readonly shown?: Words;
  readonly asks?: Words;
}

const MOST_CHARACTERS = 1000;

/** A text: at its place it takes all the words that are left. */
export function text(options: TextOptions & Required<Pick<WordOptions, 'title'>>): Word<string> {
  const { title, min = 1, max = MOST_CHARACTERS, lines = 'one', shown, asks } = options;
  return {
    ...factsOf(options, { title, names: [], labels: [] }),
    takes: 'rest',
    isOptional: false,
    shown: shown ?? words(`<${title.en.toLowerCase()}>`, `<${title.zh}>`),
    schema: z.string().refine((value) => sizeOf(value) >= min && sizeOf(value) <= max, {
      error: `write ${min} to ${max} characters.`,
    }),
    fromLabel: (value) => value,
    asks: asks ?? words(`Give the ${title.en.toLowerCase()}.`, `请填写${title.zh}。`),
    read(given) {
      const value = given.join(' ').trim();
      const size = sizeOf(value);
      if (size < min)
        return no(
          words(
            `${title.en}: write at least ${min} characters; "${brief(value)}" has ${size}.`,
            `${title.zh}至少 ${min} 个字符，“${brief(value)}”只有 ${size} 个。`,
          ),
        );
      if (size > max)
        return no(
          words(
            `${title.en}: write at most ${max} characters; this has ${size}.`,
            `${title.zh}最多 ${max} 个字符，现有 ${size} 个。`,
          ),
        );
      return { ok: true, value };
    },
    write: (value) => (typeof value === 'string' ? [value] : []),
    refuses: () => undefined,
    fields: (id) => [textField(id, options, max, lines)],
    filled: (values, id) => values[id] ?? [],
  };
}

/** In characters as people count them, so that an emoji is one. */
const sizeOf = (value: string): number => Array.from(value).length;

/** Why it is done: kept with the run. Written as `reason="…"`. */
export const reason = (options: Omit<TextOptions, 'lines'> = {}): Word<string> => {
  const { min = 1 } = options;
  const word = text({
    title: words('Reason', '原因'),
    names: ['reason', 'because', '原因', '理由'],
    byName: true,
    lines: 'several',
    shown: words('reason="…"', '原因="…"'),
    asks:
      min > 1
        ? words(
            `Say why, in at least ${min} characters: reason="…".`,
            `请说明原因，至少 ${min} 个字符：原因="…"。`,
          )
        : words('Say why: reason="…".', '请说明原因：原因="…"。'),
    ...options,
  });
  return {
    ...word,
    // It goes with the run wherever that is shown: secrets in it are not kept.
    read: (given, around) => word.read([captureWhole(given.join(' '))], around),
  };
};

const TICKET = /^[\p{L}\p{N}][\p{L}\p{N}._/#-]{1,63}$/u;

/** The number of a change request or incident. */
export function ticket(options: WordOptions = {}): Word<string> {
  const facts = factsOf(
    { byName: true, ...options },
    {
      title: words('Ticket', '变更单'),
      names: ['ticket', 'change', '工单', '变更单', '单据'],
      labels: ['ticket'],
    },
  );
  return {
    ...facts,
    takes: 'one',
    isOptional: false,
    shown: words('ticket=<number>', '变更单=<编号>'),
    schema: z.string().regex(TICKET),
    fromLabel: (value) => value,
    asks: words('Give the ticket: ticket=CHG0012345.', '请填写变更单：变更单=CHG0012345。'),
    read(given) {
      const value = given.join(' ').normalize('NFKC').trim();
      return TICKET.test(value)
        ? { ok: true, value }
        : no(
            words(
              `"${brief(value)}" is not a ticket number. It looks like CHG0012345: letters, digits and . _ / # - only.`,
              `“${brief(value)}”不是变更单号。形如 CHG0012345，只能包含字母、数字和 . _ / # -。`,
            ),
          );
    },
    write: (value) => (typeof value === 'string' ? [value] : []),
    refuses: () => undefined,
    fields: (id) => [textField(id, { ...options, title: facts.title }, 64, 'one')],
    filled: (values, id) => values[id] ?? [],
  };
}

/** Both printed forms of a release order number: `r1_201905060583197` and `CNHZ_58201812212200583197`. */
const ORDER = /[A-Za-z0-9]{1,16}_\d{10,25}/;
const WHOLE_ORDER = new RegExp(`^${ORDER.source}$`);
const ORDERS = new RegExp(`(?<![A-Za-z0-9_])${ORDER.source}(?!\\d)`, 'g');

/** Finds the order number in a typed word or in a pasted release link. Several different numbers are none. */
export function orderNoIn(typed: string): string | undefined {
  const found = new Set(typed.normalize('NFKC').match(ORDERS) ?? []);
  return found.size === 1 ? [...found][0] : undefined;
}

/** The number of a release order, or a link that holds it. */
export function order(options: WordOptions = {}): Word<string> {
  const title = words('Release order', '发布单号');
  return {
    ...factsOf(options, { title, names: ['order', '发布单', '单号'], labels: ['order', 'release_order'] }),
    takes: 'one',
    isOptional: false,
    shown: words('<release order | release link>', '<发布单号 | 发布单链接>'),
    schema: z.string().regex(WHOLE_ORDER),
    fromLabel: (value) => value,
    asks: words(
      'Give the release order: its number, like r1_201905060583197, or its link.',
      '请输入发布单号（形如 r1_201905060583197），或粘贴发布单链接。',
    ),
    read(given) {
      const typed = given.join(' ');
      const value = orderNoIn(typed);
      return value === undefined ? no(noOrder(typed)) : { ok: true, value };
    },
    write: (value) => (typeof value === 'string' ? [value] : []),
    refuses: () => undefined,
    fields: (id) => [textField(id, { title, ...options }, MOST_CHARACTERS, 'one')],
    filled: (values, id) => values[id] ?? [],
  };
}

/** A text without an order number, or with several. */
export const noOrder = (typed: string): Words =>
  words(
    `"${brief(typed)}" holds no release order number, or more than one. It looks like r1_201905060583197 or CNHZ_58201812212200583197 and stands in the release link.`,
    `“${brief(typed)}”中没有发布单号，或不止一个。发布单号形如 r1_201905060583197 或 CNHZ_58201812212200583197，可在发布单链接中找到。`,
  );

function textField(
  id: string,
  { title, hint }: WordOptions,
  mostCharacters: number,
  lines: 'one' | 'several',
): Field {
  return {
    kind: 'text',
    id,
    label: title ?? words(id, id),
    ...(hint ? { hint } : {}),
    lines,
    mostCharacters,
  };
}

const no = (says: Words): { readonly ok: false; readonly says: Words } => ({ ok: false, says });
