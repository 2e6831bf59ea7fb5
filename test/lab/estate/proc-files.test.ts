import { expect, it } from 'vitest';
import { HEALTHY } from '../../../lab/estate/conditions.ts';
import { ProcFiles } from '../../../lab/estate/proc-files.ts';

const cpu = (stat: string): readonly number[] => (stat.split('\n')[0] ?? '').split(/ +/).slice(1).map(Number);

it('passes four hundred ticks a second on four cores, as busy as it is told', () => {
  const procFiles = new ProcFiles(4, 8);
  const before = cpu(procFiles.stat());
  procFiles.pass(10, { ...HEALTHY, cpuBusy: 0.9 });
  const passed = cpu(procFiles.stat()).map((ticks, k) => ticks - (before[k] ?? 0));
  const total = passed.reduce((sum, ticks) => sum + ticks, 0);
  expect(Math.abs(total - 4000)).toBeLessThan(4);
  expect(Math.abs((passed[3] ?? 0) - 400)).toBeLessThan(2);
});

it('never shrinks and never goes back, so that a reader between two writes sees no torn number', () => {
  const procFiles = new ProcFiles(2, 4);
  let [length, busy] = [0, 0];
  for (let k = 0; k < 500; k += 1) {
    procFiles.pass(0.1, HEALTHY);
    const stat = procFiles.stat();
    const now = cpu(stat)[0] ?? 0;
    expect(stat.length).toBeGreaterThanOrEqual(length);
    expect(now).toBeGreaterThanOrEqual(busy);
    [length, busy] = [stat.length, now];
  }
});

it('shows the memory that is used as no longer available', () => {
  const { meminfo } = new ProcFiles(4, 8).files({ ...HEALTHY, memoryUsed: 0.75 });
  const kb = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(meminfo)?.[1]);
  expect(kb('MemTotal')).toBe(8 * 1024 * 1024);
  expect(kb('MemAvailable') / kb('MemTotal')).toBeCloseTo(0.25, 5);
  expect(kb('MemFree') + kb('Buffers') + kb('Cached')).toBe(kb('MemAvailable'));
});
