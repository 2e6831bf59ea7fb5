/** Characters of one hostile input. */
export const HOSTILE_SIZE = 64 * 1024;

/** A piece over and over. */
export const filled = (piece: string): string =>
  piece.repeat(Math.ceil(HOSTILE_SIZE / piece.length)).slice(0, HOSTILE_SIZE);

/** What somebody sends who wants to hold up whoever reads it, by name: long lines, many lines, almost the right thing. */
export const SHAPES: ReadonlyMap<string, string> = new Map([
  ...[
    'a',
    ' ',
    '\t',
    '\n',
    '\r',
    '\u2028',
    '\u0000',
    '\ud800',
    '\ud83d\ude00',
    '中',
    '1',
    '.',
    '-',
    '/',
    '=',
    ':',
    ',',
    '<',
    '[',
    '(',
    '{',
    '"',
    "'",
    '“',
    '|',
    '%',
    '\u001b[',
    '<@',
    'a ',
    'a\n',
    ' \n',
    '1 ',
    '1.',
    '1\n',
    'a=',
    'a.',
    'a-',
    '{"a":',
    '[[',
    "'\\",
    '"\\',
    '07:30,',
    'a和',
    'password="',
    'curl -u ',
    'mysql -p',
    'http://a:',
    'true ',
    'false',
    'key 1 1 x\n',
    '=== a\n',
    '--- 0\n',
    'lines 1\n',
    'Active: ',
    'Server:\n',
    'Version:\n',
    '2026-11-29 10:00:00,000 ',
    'ESTAB 0 0 1.2.3.4:9600 1.2.3.5:1234\n',
    '1 admin java -Dx=1\n',
  ].map((piece) => [JSON.stringify(piece), filled(piece)] as const),
  ['spaces, then a', `${' '.repeat(HOSTILE_SIZE - 1)}a`],
  ['a line of digits, then a return', `${'1'.repeat(HOSTILE_SIZE - 1)}\r`],
  ['blanks in a line, then a return', `x${' '.repeat(HOSTILE_SIZE - 2)}\r`],
  ['one string of JSON', JSON.stringify('a'.repeat(HOSTILE_SIZE - 2))],
  ['a list of JSON', `[${filled('1,').slice(0, -2)}1]`],
]);

/** Milliseconds of this thread's processor time, the best of three: neither a busy machine nor a collection of garbage counts. */
export function fewestMilliseconds(work: () => unknown, enough: number): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && fewest > enough; tries += 1) {
    const began = performance.now();
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    fewest = Math.min(fewest, (user + system) / 1000, performance.now() - began);
  }
  return fewest;
}
