import type { KnownBlock } from '@slack/types';
import { LIMITS, monospace } from './blocks.ts';

/** Text in monospace frames, never cut: what is confirmed is shown whole, in as many parts as it takes. */
export function statementBlocks(text: string): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let part = '';
  for (const line of text.split('\n').flatMap(pieces)) {
    if (part && part.length + 1 + line.length > LIMITS.monospace) {
      blocks.push(monospace(part));
      part = '';
    }
    part = part ? `${part}\n${line}` : line;
  }
  return [...blocks, monospace(part)];
}

function pieces(line: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of line) {
    if (part.length + character.length > LIMITS.monospace) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}
