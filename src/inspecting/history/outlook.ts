import type { History } from '../../runs/ports.ts';
import type { Report } from '../../runs/report.ts';
import { outliers } from './compare.ts';
import { forecastsOf } from './forecast.ts';

const MOST_OUTLIERS = 50;

/** A report with what is not red and yet worth a look: hosts unlike their peers, values that grow towards a threshold. */
export async function withOutlook(
  report: Report,
  history: Pick<History, 'lows' | 'hours'>,
  now: () => Promise<Date>,
): Promise<Report> {
  const unlike = outliers(report).slice(0, MOST_OUTLIERS);
  const forecasts = await forecastsOf(report.findings, history, await now());
  return {
    ...report,
    ...(unlike.length > 0 ? { outliers: unlike } : {}),
    ...(forecasts.length > 0 ? { forecasts } : {}),
  };
}
