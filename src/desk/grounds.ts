import { captureWhole } from '../kit/index.ts';
import type { Grounds } from '../runs/run.ts';

/** Words that name a change ticket, a reason or an emergency, wherever they stand in a command. */
const NAMED =
  /(^|\s)(ticket|工单|变更单|reason|原因|理由|emergency|紧急)\s?[=＝]\s?("[^"]{0,500}"|“[^”]{0,500}”|'[^']{0,500}'|[^\s"“']{1,200})(?=\s|$)/giu;

const NAMES: Readonly<Record<string, keyof Grounds>> = {
  ticket: 'ticket',
  工单: 'ticket',
  变更单: 'ticket',
  reason: 'reason',
  原因: 'reason',
  理由: 'reason',
  emergency: 'emergency',
  紧急: 'emergency',
};

/** The grounds that were typed with a command, and the words that are left; of one that is named twice the last counts. */
export function typedGrounds(
  text: string,
  wanted: readonly (keyof Grounds)[],
): { readonly rest: string; readonly grounds: Grounds } {
  const found: { -readonly [Name in keyof Grounds]: Grounds[Name] } = {};
  const rest = text.replace(NAMED, (whole: string, before: string, name: string, value: string) => {
    const ground = NAMES[name.toLowerCase()];
    if (ground === undefined || !wanted.includes(ground)) return whole;
    found[ground] = captureWhole(value.replace(/^["“']|["”']$/gu, '')).trim();
    return before;
  });
  return { rest: rest.replace(/\s+/g, ' ').trim(), grounds: found };
}
