/** Bytes of one foreign line that are ever judged, its mark included. */
export const LINE_BYTES = 4096;

const MARK = /…\[\d+ bytes cut\]…/;
/** Room for the mark. */
const MARK_BYTES = 32;
/** A line of JSON is broken at the first comma after so many characters, which changes nothing of what it says. */
const JSON_LINE = 1024;

export interface CutText {
  readonly text: string;
  /** Something of a line is missing. */
  readonly cut: boolean;
}

/**
 * Foreign text with no line longer than `LINE_BYTES`: of a longer one the beginning and the end are kept, with a mark between.
 * A line of JSON is broken between its fields before anything of it is cut.
 */
export function cutLines(text: string): CutText {
  // Nothing that counts as one in a string takes more than three bytes.
  if (text.length * 3 <= LINE_BYTES) return { text, cut: false };
  let cut = false;
  const short = (line: string): string => {
    if (isShort(line)) return line;
    cut = true;
    return withoutMiddle(line);
  };
  const lines = text
    .split('\n')
    .map((line) => (isShort(line) ? line : brokenJson(line).map(short).join('\n')));
  return { text: lines.join('\n'), cut };
}

/** Whether something of the line was cut out. */
export const isCutLine = (line: string): boolean => MARK.test(line);

/** The text without its last characters, as long as they are of this kind. Linear, unlike a pattern that is tried at every place. */
export function withoutLast(text: string, isLast: (character: string) => boolean): string {
  let end = text.length;
  while (end > 0 && isLast(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

const isShort = (line: string): boolean =>
  line.length * 3 <= LINE_BYTES || Buffer.byteLength(line) <= LINE_BYTES;

function withoutMiddle(line: string): string {
  const bytes = Buffer.from(line);
  const half = (LINE_BYTES - MARK_BYTES) / 2;
  let from = bytes.length - half;
  // Not in the middle of a character.
  while ((bytes[from] ?? 0) >> 6 === 0b10) from += 1;
  const head = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, half), {
    stream: true,
  });
  const left = from - Buffer.byteLength(head);
  return `${head}…[${left} bytes cut]…${bytes.toString('utf8', from)}`;
}

/** A line of JSON in pieces, each but the last ending with a comma between two values; any other line in one piece. */
function brokenJson(line: string): readonly string[] {
  if (!/^\s*[[{]/.test(line.slice(0, 64)) || !isJson(line)) return [line];
  const pieces: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quoted) {
      if (character === '\\') at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',' && at - from >= JSON_LINE) {
      pieces.push(line.slice(from, at + 1));
      from = at + 1;
    }
  }
  return [...pieces, line.slice(from)];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
