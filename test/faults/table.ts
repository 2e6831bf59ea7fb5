import { KINDS } from './judge.ts';
import type { FaultClass, Result } from './programme.ts';

/** The table of docs/reliability.md: one row per class, one column per kind of violation. */
export function table(classes: readonly FaultClass[], results: readonly Result[]): string {
  const head = ['class', 'trials', ...KINDS, 'rest p50 / p95 (s)'];
  const rowOf = (name: string, own: readonly Result[]): readonly string[] => [
    name,
    String(own.length),
    ...KINDS.map((kind) =>
      String(own.filter(({ violations }) => violations.some((each) => each.kind === kind)).length),
    ),
    restOf(own),
  ];
  const rows = classes
    .map(({ name, title }) => ({
      label: `**${name}**: ${title}`,
      own: results.filter(({ of }) => of === name),
    }))
    .filter(({ own }) => own.length > 0)
    .map(({ label, own }) => rowOf(label, own));
  const lines = [head, head.map((_, n) => (n === 0 ? '---' : '--:')), ...rows, rowOf('all', results)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function restOf(results: readonly Result[]): string {
  const sorted = results.flatMap(({ restMs }) => restMs ?? []).sort((a, b) => a - b);
  const at = (share: number): string => {
    const ms = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return ms === undefined ? '–' : (ms / 1000).toFixed(1);
  };
  return `${at(0.5)} / ${at(0.95)}`;
}
