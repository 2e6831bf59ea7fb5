import type { Run } from '../../runs/run.ts';

/** ○ nothing to do, ◐ under way or waiting for somebody, ● look here. */
export function markOf({ state, outcome, report }: Run): string {
  if (state !== 'ended') return '◐';
  if (outcome === 'failed' || outcome === 'unknown') return '●';
  return report?.findings.some((finding) => finding.state !== 'ok') ? '●' : '○';
}
