import { captureWhole } from '../kit/index.ts';

/** `emergency=INC-12` wherever it stands in a command; the value may be in quotes. */
const NAMED =
  /(^|\s)(?:emergency|紧急)\s?[=＝]\s?("[^"]{0,100}"|“[^”]{0,100}”|'[^']{0,100}'|[^\s"“']{1,100})(?=\s|$)/iu;

/** The emergency that was named with a command, and the words that are left. */
export function namedEmergency(text: string): { readonly rest: string; readonly emergency?: string } {
  const found = NAMED.exec(text);
  if (!found) return { rest: text };
  const [whole, before = '', value = ''] = found;
  const rest = `${text.slice(0, found.index)}${before}${text.slice(found.index + whole.length)}`.trim();
  return { rest, emergency: captureWhole(value.replace(/^["“']|["”']$/gu, '')).trim() };
}
