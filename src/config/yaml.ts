import { type Document, isAlias, isCollection, isPair, isScalar, parseDocument, visit } from 'yaml';
import type { Problem } from './problems.ts';

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_DEPTH = 32;
/** Aliases that one anchor may have, counted with what they hold. */
const MOST_ALIASES = 100;
/** Names that objects of the language have already. */
const NOT_KEYS: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype']);

/** The data of a YAML text, or what is wrong with it, whatever it holds: no text makes this throw. */
export function readYaml(
  file: string,
  text: string,
):
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const wrong = (...sentences: readonly string[]) => ({
    ok: false as const,
    problems: sentences.map((says) => ({ file, path: '', says })),
  });
  if (Buffer.byteLength(text) > MOST_BYTES) return wrong(`is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
  try {
    const document = parseDocument(text, { logLevel: 'error' });
    const complaints = [...document.errors, ...document.warnings];
    if (complaints.length > 0) return wrong(...complaints.map(({ message }) => plain(message)));
    const strange = strangeIn(document);
    if (strange.length > 0) return wrong(...strange);
    return { ok: true, data: document.toJS({ maxAliasCount: MOST_ALIASES }) ?? {} };
  } catch (error) {
    // The parser gives up on aliases that multiply and on thousands of levels by throwing.
    return wrong(plain(error instanceof Error ? error.message : String(error)));
  }
}

/** The parser's sentence, where it is, and nothing of how it came to it. */
function plain(message: string): string {
  const [first = 'is not YAML'] = message.split('\n');
  if (/call stack/i.test(first)) return 'is nested too deeply';
  if (/excessive alias/i.test(first))
    return 'its aliases (*name) multiply beyond reason; write the values out';
  return first.replace(/:$/, '');
}

/** Keys that no file may have, keys that are no words, and levels beyond every use. */
function strangeIn(document: Document.Parsed): readonly string[] {
  const found = new Set<string>();
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && NOT_KEYS.has(key.value)) found.add(`"${String(key.value)}" cannot be a key here`);
      if (isCollection(key) || isAlias(key)) found.add('a key must be a word');
    },
    Node(_, node, path) {
      if (path.filter((each) => !isPair(each)).length <= MOST_DEPTH) return undefined;
      found.add('is nested too deeply');
      return isCollection(node) ? visit.SKIP : undefined;
    },
  });
  return [...found];
}
