import { cleanKeepingLines } from './clean.ts';

/**
 * Output as it arrives from a host, before anything reads it. A line ends only where the shell and awk of the host end one:
 * what JavaScript takes for a line end besides (U+2028, U+0085, …) could hide a line from its parser, and becomes U+FFFD.
 * Terminal sequences and characters without a glyph go. Linear; applied twice it changes nothing more.
 */
export const harmless = (text: string): string => (PLAIN.test(text) ? text : cleanKeepingLines(text));

const PLAIN = /^[\n\t\x20-\x7e]*$/;
