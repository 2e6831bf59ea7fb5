import type { Run } from '../../runs/run.ts';
import { takeApart } from './group-findings.ts';

/** ○ nothing to do, ◐ under way or waiting for somebody, ● look here. */
export function markOf({ state, outcome, report, schedule }: Run): string {
  if (state !== 'ended') return '◐';
  if (outcome === 'failed' || outcome === 'unknown') return '●';
  // Nobody typed it, so nobody is there to notice that it was not carried out.
  if (schedule && outcome === 'refused') return '●';
  if (!report) return '○';
  const { hosts, own } = takeApart(report);
  return [...hosts, ...own].some((finding) => finding.state !== 'ok') ? '●' : '○';
}
