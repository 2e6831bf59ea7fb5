import type { Risk, Words } from '../kit/index.ts';
import type { Span } from './calendar.ts';
import type { Door, Place, Question } from './question.ts';

/** Which changes a rule is about. A part that is absent names all. */
export interface Extent {
  readonly name: string;
  readonly systems?: readonly string[] | undefined;
  readonly sites?: readonly string[] | undefined;
  readonly apps?: readonly string[] | undefined;
  readonly playbooks?: readonly string[] | undefined;
  /** Playbooks that it is not about, like one that opens again what another closed. */
  readonly except?: readonly string[] | undefined;
  readonly risks: readonly Risk[];
  readonly by?: readonly Door[] | undefined;
}

/** A rule about changes beside who may ask and who confirms. All of them that cover a change count, whatever their order. */
export type ChangeRule =
  /** Changes run only while every window that covers them is open. */
  | (Extent & { readonly kind: 'window'; readonly open: readonly Span[] })
  | (Extent & { readonly kind: 'peak'; readonly times: readonly Span[] })
  /** `from` and `to`: `2026-10-01` or `2026-10-01 18:00` on the estate's clocks; a day alone is meant whole. */
  | (Extent & {
      readonly kind: 'freeze';
      readonly from: string;
      readonly to: string;
      readonly because?: Words | undefined;
    })
  | (Extent & { readonly kind: 'refuse'; readonly because: Words })
  | (Extent & { readonly kind: 'ticket'; readonly pattern: string })
  | (Extent & { readonly kind: 'reason' })
  /** Approvals beside those of `confirm`. */
  | (Extent & {
      readonly kind: 'approve';
      readonly approvals: number;
      readonly roles: readonly string[];
      readonly typed?: boolean | undefined;
    })
  /** A way past rules of the named kinds: with a number, a reason and more approvals. */
  | (Extent & {
      readonly kind: 'emergency';
      readonly lifts: readonly Lifted[];
      readonly approvals: number;
      readonly roles?: readonly string[] | undefined;
      readonly pattern?: string | undefined;
    });

export const LIFTED = ['window', 'freeze', 'peak', 'ticket'] as const;
export type Lifted = (typeof LIFTED)[number];

/**
 * Whether a rule is about this change. A place that is not known is covered, with one exception: as long as a change is only asked
 * for, its plan does not exist, and rules of single sites and apps are asked with the plan.
 */
export function isAbout(rule: Extent, question: Question): boolean {
  const { what, by, where, approved = [], does, systems } = question;
  // A change that nobody knows is never left out.
  if (!what) return true;
  if (!rule.risks.includes(what.risk) || rule.except?.includes(what.playbook)) return false;
  if (rule.playbooks && !rule.playbooks.includes(what.playbook)) return false;
  if (rule.by && !rule.by.includes(by)) return false;
  const isPlanned = where !== undefined || does !== 'change' || approved.length > 0;
  const places: readonly Place[] = where && where.length > 0 ? where : [{}];
  return places.some(
    (place) =>
      isOneOf(rule.systems, place.system, systems) &&
      (isPlanned || (!rule.sites && !rule.apps)) &&
      isOneOf(rule.sites, place.site) &&
      isOneOf(rule.apps, place.app),
  );
}

/** A rule of one kind. */
export type RuleOf<Kind extends ChangeRule['kind']> = Extract<ChangeRule, { kind: Kind }>;

/** The rules of one kind that are about this change, by name: their order in the file means nothing. */
export const rulesAbout = <Kind extends ChangeRule['kind']>(
  rules: readonly ChangeRule[] = [],
  question: Question,
  kind: Kind,
): readonly RuleOf<Kind>[] =>
  rules
    .flatMap((rule) => (isKind(rule, kind) && isAbout(rule, question) ? [rule] : []))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const isKind = <Kind extends ChangeRule['kind']>(rule: ChangeRule, kind: Kind): rule is RuleOf<Kind> =>
  rule.kind === kind;

/** A playbook's own system counts wherever it takes effect. */
const isOneOf = (
  names: readonly string[] | undefined,
  name: string | undefined,
  others: readonly string[] = [],
): boolean =>
  names === undefined ||
  (name === undefined && others.length === 0) ||
  names.some((each) => each === name || others.includes(each));

/** Whether a text is like a pattern, in which `#` is a digit, `?` a letter and one `*` anything of letters, digits, `-` and `_`. */
export function isLike(pattern: string, text: string): boolean {
  if (text.length > MOST_CHARACTERS) return false;
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return text.length === before.length && fits(before, text);
  if (text.length < before.length + after.length) return false;
  const end = text.length - after.length;
  return (
    fits(before, text.slice(0, before.length)) &&
    /^[\w-]*$/.test(text.slice(before.length, end)) &&
    fits(after, text.slice(end))
  );
}

const MOST_CHARACTERS = 100;

const fits = (pattern: string, text: string): boolean =>
  pattern.split('').every((sign, at) => {
    const given = text[at] ?? '';
    if (sign === '#') return /^[0-9]$/.test(given);
    if (sign === '?') return /^[A-Za-z]$/.test(given);
    return sign === given;
  });
