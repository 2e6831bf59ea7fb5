import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Full-width forms and CJK punctuation: an editor that "corrects" one leaves its plain twin, and nobody sees it. */
const LOOK_ALIKE = /[\u2018-\u201f\u3000-\u303f\ufe30-\ufe6b\uff00-\uffef]/u;

async function sources(): Promise<readonly string[]> {
  const found = await Promise.all(
    ['src', 'playbooks', 'commands'].map((folder) =>
      readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true }),
    ),
  );
  return found
    .flat()
    .filter((each) => each.isFile() && each.name.endsWith('.ts'))
    .map((each) => path.join(each.parentPath, each.name));
}

/** Regular expressions of a file: literals, and the raw texts that others are put together from. Comments count for nothing. */
function patternsIn(text: string): readonly string[] {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  return [
    ...code.matchAll(
      /(?<=[=(,:[!&|?{};]\s*|return\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[dgimsuvy]*/g,
    ),
    ...code.matchAll(/String\.raw`[^`\n]*`/g),
  ].map(([pattern]) => pattern);
}

/** The character classes of a pattern, each as the single characters it names; ranges and escapes of classes count for nothing. */
function classesIn(pattern: string): readonly (readonly string[])[] {
  const classes: string[][] = [];
  for (const [, body = ''] of pattern.matchAll(/(?<!\\)\[\^?((?:\\.|[^\]\\])*)\]/gu)) {
    const members = body
      .replace(/\\[pP]\{[^}]*\}|\$\{[^}]*\}/g, '')
      .replace(
        /(?:\\u\{?[\da-f]+\}?|\\x[\da-f]{2}|\\?.)-(?:\\u\{?[\da-f]+\}?|\\x[\da-f]{2}|\\?[^\]])/giu,
        '',
      );
    classes.push(
      [...members.matchAll(/\\u\{([\da-f]+)\}|\\u([\da-f]{4})|\\x([\da-f]{2})|\\([^\w])|([^\\])/giu)].map(
        ([, brace, four, two, escaped, plain]) => {
          const code = brace ?? four ?? two;
          return code === undefined
            ? (escaped ?? plain ?? '')
            : String.fromCodePoint(Number.parseInt(code, 16));
        },
      ),
    );
  }
  return classes;
}

const doubled = (members: readonly string[]): readonly string[] =>
  members.filter((member, at) => members.indexOf(member) !== at);

describe('regular expressions of the source', () => {
  it('hold no raw full-width character, and no character twice in a class', async () => {
    const wrong: string[] = [];
    for (const file of await sources())
      for (const pattern of patternsIn(await readFile(file, 'utf8'))) {
        const where = `${path.relative(ROOT, file)}: ${pattern.slice(0, 80)}`;
        if (LOOK_ALIKE.test(pattern)) wrong.push(`${where}: write look-alike characters as \\uXXXX`);
        for (const members of classesIn(pattern))
          if (doubled(members).length > 0)
            wrong.push(`${where}: twice in a class: ${doubled(members).join(' ')}`);
      }
    expect(wrong).toEqual([]);
  });

  it('are found, read and judged by this test', () => {
    expect(patternsIn('const a = /[:=:]/;\nconst b = String.raw`[,;,]`;\n// no /[::]/ here')).toEqual([
      '/[:=:]/',
      'String.raw`[,;,]`',
    ]);
    expect(classesIn('/[:=:\\u4e3a]/').map(doubled)).toEqual([[':']]);
    expect(classesIn('/[,;\\uff0c\\uff1b]/').map(doubled)).toEqual([[]]);
    expect(classesIn('/[a-z0-9_.-]/').map(doubled)).toEqual([[]]);
  });
});
