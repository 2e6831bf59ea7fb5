declare const quoted: unique symbol;

/** A command line whose inserted values are already quoted. Only `sh` makes one. */
export type ShellCommand = string & { readonly [quoted]: true };

/** sh`tail -n ${lines} ${file}`: the text is the author's, every inserted value becomes one quoted word. A ShellCommand is inserted as it is. */
export function sh(
  text: TemplateStringsArray,
  ...values: readonly (string | number | ShellPart)[]
): ShellCommand {
  return String.raw(
    { raw: text.raw },
    ...values.map((value) => (typeof value === 'object' ? value.command : quote(value))),
  ) as ShellCommand;
}

/** Marks a command that `sh` made, so that another `sh` inserts it unquoted. */
export interface ShellPart {
  readonly command: ShellCommand;
}

export const part = (command: ShellCommand): ShellPart => ({ command });

/** One POSIX shell word. Throws on NUL, which no argument can carry. */
export function quote(value: string | number): string {
  const word = String(value);
  if (word.includes('\0')) throw new Error('a shell word cannot contain NUL');
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The words of a line that is one plain command; undefined where a shell would do more than split it, or knows the first word itself. */
export function plainWords(line: string): readonly string[] | undefined {
  const found: string[] = [];
  let word: string | undefined;
  const end = (): void => {
    if (word !== undefined) found.push(word);
    word = undefined;
  };
  for (let at = 0; at < line.length; ) {
    PIECE.lastIndex = at;
    const [piece = '', quoted] = PIECE.exec(line) ?? [];
    if (piece === '') return undefined;
    at += piece.length;
    if (/^[ \t]/.test(piece)) end();
    else word = (word ?? '') + (quoted ?? (piece === "\\'" ? "'" : piece));
  }
  end();
  const [first = ''] = found;
  return first === '' || /^[A-Za-z_]\w*=/.test(first) || OF_THE_SHELL.has(first) ? undefined : found;
}

/** Space between words, a quoted piece, a quote by itself, or characters that no shell touches. */
const PIECE = /[ \t]+|'([^']*)'|\\'|[\w@%+=:,./-]+/y;

const OF_THE_SHELL: ReadonlySet<string> = new Set(
  'if then else elif fi do done case esac while until for in . alias bg break cd command continue eval exec exit export fg getopts hash jobs local read readonly return set shift times trap type ulimit umask unalias unset wait'.split(
    ' ',
  ),
);
