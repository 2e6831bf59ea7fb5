const NOT_SHOWN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{DI}\u2028\u2029]/gu;

/** For values that must be read exactly: what would be invisible or act on the reader's screen is spelled out, `\u{200b}`. */
export const visible = (text: string): string =>
  text.replace(NOT_SHOWN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** The same for JSON, which stays JSON with the same values: `\u200b`. */
export const visibleJson = (json: string): string =>
  json.replace(NOT_SHOWN, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeUnit(character.charCodeAt(at))).join(''),
  );

const escapeUnit = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;
