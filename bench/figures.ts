import os from 'node:os';

/** The middle one; of two in the middle the mean. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return (low + high) / 2;
}

/** The value below which this share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The smallest and the largest. */
export const spread = (values: readonly number[]): string =>
  `${digits(Math.min(...values))}–${digits(Math.max(...values))}`;

/** Three digits that matter. */
export const digits = (value: number): string =>
  Number.isFinite(value) ? (value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))) : '–';

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  console.log([line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n'));
}

/** One aim and whether it was reached. Nothing depends on it: a benchmark is not a test. */
export function printAim(what: string, value: number, limit: number, unit = '×'): void {
  const word = value <= limit ? 'reached' : 'missed';
  console.log(`${word}: ${what}: ${digits(value)} ${unit}, at most ${digits(limit)} ${unit}`);
}

/** The machine, as a reader of the figures needs to know it. */
export function printMachine(): void {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0] ?? 0;
  console.log(
    `${os.availableParallelism()} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(os.totalmem() / 2 ** 30)} GB, Linux ${os.release()}, Node ${process.version}; load ${digits(load)} before the start\n`,
  );
}
