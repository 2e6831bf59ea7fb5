import { captureWhole } from '../kit/index.ts';
import type { Grounds } from '../runs/run.ts';

/** `name=value` wherever it stands in a command; a value of several words is in quotes. */
const pattern = (names: string): RegExp =>
  new RegExp(
    `(^|\\s)(?:${names})\\s?[=＝]\\s?("[^"]{0,500}"|“[^”]{0,500}”|'[^']{0,500}'|[^\\s"“']{1,200})(?=\\s|$)`,
    'iu',
  );
const NAMED: Readonly<Record<keyof Grounds, RegExp>> = {
  ticket: pattern('ticket|工单|变更单'),
  reason: pattern('reason|原因|理由'),
  emergency: pattern('emergency|紧急'),
};

/** The grounds that a command names, whether or not it knows the words. Nothing that is blank. */
export function namedGrounds(text: string): Grounds {
  const found: { -readonly [Name in keyof Grounds]: Grounds[Name] } = {};
  for (const name of ['ticket', 'reason', 'emergency'] as const) {
    const value = NAMED[name].exec(text)?.[2];
    const said =
      value === undefined ? '' : captureWhole(value.replace(/^["\u201c']|["\u201d']$/gu, '')).trim();
    if (said !== '') found[name] = said;
  }
  return found;
}

/** A command without the emergency that it names: no command knows that word. */
export const withoutEmergency = (text: string): string => text.replace(NAMED.emergency, '$1').trim();
