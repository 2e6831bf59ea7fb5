import type { z } from 'zod';

/** One thing to mend before Fettle can start: where, what is wrong, what to write. */
export interface Problem {
  readonly file: string;
  /** Dotted path in the file, or the variable's name. */
  readonly path: string;
  readonly says: string;
}

export const showProblem = ({ file, path, says }: Problem): string =>
  `${file}: ${path === '' ? '' : `${path}: `}${says}`;

/** Every complaint of zod as a problem; the message is the schema's own sentence. */
export const problemsOf = (file: string, error: z.ZodError): readonly Problem[] =>
  error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        file,
        path: [path, key].filter(Boolean).join('.'),
        says: 'is not known here; remove it or correct its spelling',
      }));
    }
    if (issue.code === 'invalid_key')
      return issue.issues.slice(0, 1).map(({ message }) => ({ file, path, says: message }));
    if (issue.code === 'invalid_type' && issue.input === undefined)
      return [{ file, path, says: `is missing; write ${article(issue.expected)}` }];
    return [{ file, path, says: issue.message }];
  });

/** Those about a place of which something is said already would be said twice. */
export const notSaid = (problems: readonly Problem[], said: readonly Problem[]): readonly Problem[] =>
  problems.filter(({ path }) => path === '' || !said.some((each) => each.path === path));

const article = (expected: string): string =>
  ({
    string: 'a text',
    number: 'a number',
    array: 'a list',
    object: 'a block of "name: value" lines',
    record: 'a block of "name: value" lines',
  })[expected] ?? expected;
