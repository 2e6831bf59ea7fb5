import { terminalJson, terminalText } from './terminal.ts';

/** The one way to the terminal; what was not understood goes to standard error. The answer is the exit code. */
export function print(text: string, code: number): number {
  write(terminalText(text), code);
  return code;
}

/** Plain data, made safe for a terminal. */
export function printJson(value: unknown, code: number): number {
  write(terminalJson(value), code);
  return code;
}

const write = (text: string, code: number): unknown =>
  (code === 2 ? process.stderr : process.stdout).write(`${text}\n`);
