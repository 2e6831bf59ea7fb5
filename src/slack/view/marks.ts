import type { Run } from '../../runs/run.ts';
import { takeApart } from './standing.ts';

/** ○ nothing to do, ◐ under way or waiting for somebody, ● look here. */
export function markOf({ state, outcome, report }: Run): string {
  if (state !== 'ended') return '◐';
  if (outcome === 'failed' || outcome === 'unknown') return '●';
  if (!report) return '○';
  const { hosts, own } = takeApart(report);
  return [...hosts, ...own].some((finding) => finding.state !== 'ok') ? '●' : '○';
}
