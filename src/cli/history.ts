import { writeFile } from 'node:fs/promises';
import { aligned, clauseText, type Lang, say } from '../kit/index.ts';
import { openChartRenderer } from '../chart/renderer.ts';
import { type Chart, chartTable, chartTitle } from '../runs/series.ts';

/** What was measured as a table for a terminal. */
export function chartText(chart: Chart, lang: Lang): string {
  const { clause, rows, from, to } = chart;
  return [
    `${say(chartTitle(chart), lang)}  [${clauseText(clause)} · ${rows.join(', ')}]`,
    `${from} – ${to}`,
    '',
    ...aligned(chartTable(chart, lang)),
  ].join('\n');
}

/** Draws it into a file; the answer is why it could not. */
export async function drawInto(file: string, chart: Chart, lang: Lang): Promise<string | undefined> {
  const renderer = openChartRenderer();
  try {
    await writeFile(file, await renderer.draw(chart, lang));
    return undefined;
  } catch (error) {
    return `${file} was not written: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await renderer.close();
  }
}
