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
