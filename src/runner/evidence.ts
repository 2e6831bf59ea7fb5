import { clean, mask, type Words } from '../kit/index.ts';

/** Longest evidence kept with a finding, in characters: of what is well, and of what is not. */
export const EVIDENCE_CAP = { ok: 4096, notOk: 16_384 } as const;
const LINE_CAP = 400;
/** Room for the sentence about what was left out. */
const LEFT_OUT = 64;

/** Foreign text as it is kept: without control characters and secrets, the middle left out when it is long. */
export const asEvidence = (text: string, cap: number): string => cutMiddle(mask(clean(text)).trim(), cap);

/** At most so many characters, from the beginning and the end. */
export function cutMiddle(text: string, cap: number): string {
  if (text.length <= cap) return text;
  const half = Math.floor((cap - LEFT_OUT) / 2);
  const head = whole(text.slice(0, half));
  const tail = whole(text.slice(-half));
  // A copy: a slice would keep the whole output of the host in memory for as long as the report lives.
  return Buffer.from(
    `${head}\n[… ${text.length - head.length - tail.length} characters left out …]\n${tail}`,
  ).toString();
}

/** A sentence that may hold foreign text: one line, no control characters, no secrets. */
export const asWords = ({ en, zh }: Words): Words => ({ en: oneLine(en), zh: oneLine(zh) });

export function oneLine(text: string): string {
  const line = mask(clean(text)).replace(/\s+/g, ' ').trim();
  return line.length <= LINE_CAP ? line : `${whole(line.slice(0, LINE_CAP))}…`;
}

/** Without the halves of characters that a cut left at either end. */
const whole = (text: string): string => text.replace(/^[\udc00-\udfff]/, '').replace(/[\ud800-\udbff]$/, '');
