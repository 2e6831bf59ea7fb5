import { clean, mask, type Words } from '../kit/index.ts';

/** Longest evidence kept with a finding, in characters. */
export const EVIDENCE_CAP = 4096;
const LINE_CAP = 400;

/** Foreign text as it is kept: without control characters and secrets, the middle left out when it is long. */
export function asEvidence(text: string): string {
  const shown = mask(clean(text)).trim();
  if (shown.length <= EVIDENCE_CAP) return shown;
  const head = whole(shown.slice(0, EVIDENCE_CAP / 2));
  const tail = whole(shown.slice(-(EVIDENCE_CAP / 2 - 64)));
  return `${head}\n[… ${shown.length - head.length - tail.length} characters left out …]\n${tail}`;
}

/** A sentence that may hold foreign text: one line, no control characters, no secrets. */
export const asWords = ({ en, zh }: Words): Words => ({ en: oneLine(en), zh: oneLine(zh) });

export function oneLine(text: string): string {
  const line = mask(clean(text)).replace(/\s+/g, ' ').trim();
  return line.length <= LINE_CAP ? line : `${whole(line.slice(0, LINE_CAP))}…`;
}

/** Without the halves of characters that a cut left at either end. */
const whole = (text: string): string => text.replace(/^[\udc00-\udfff]/, '').replace(/[\ud800-\udbff]$/, '');
