import { captureData, mask, visible, visibleJson } from '../kit/index.ts';

/** Text for a terminal: secrets are left out, and what would act on the screen or be invisible is spelled out. */
export const terminalText = (text: string): string => visible(mask(text)).trimEnd();

/** Plain data for a program that reads it, as JSON that is safe on a terminal, too. */
export const terminalJson = (value: unknown): string =>
  visibleJson(JSON.stringify(captureData(value), null, 2));
