import {
  type Check,
  type Judgement,
  logWindow,
  type LogWindow,
  type ResolvedLimit,
  type RowId,
  words,
} from '../../src/kit/index.ts';

/** Errors of the last five minutes; the limit is the app's own. */
export const errorLog = (
  app: string,
  limit: { readonly row: RowId; readonly value: number },
  rows: readonly [RowId, ...RowId[]],
): Check => ({
  id: `${app.replace(/^a[cp]opsware/, '')}-errors`,
  title: words('Application error log', '应用错误日志'),
  apps: [app],
  rows: [...rows, limit.row],
  clause: { document: '001', section: '2.3.1' },
  limits: { most: limit },
  ...logWindow({
    path: `/home/admin/logs/${app}/common-error.log`,
    windowSeconds: 300,
    quiet: 'fine',
    missing: 'unknown',
    judge: (window, { limits }) => judgeErrors(window, limits['most'] ?? { ...limit, overridden: false }),
  }),
});

function judgeErrors({ lines, whole, last }: LogWindow, most: ResolvedLimit): readonly Judgement[] {
  const facts = { value: lines, evidence: last.join('\n') };
  const seen = words(`${lines} errors in 5 minutes`, `5 分钟内 ${lines} 条错误`);
  if (lines > most.value) {
    const said = words(
      `${seen.en}, above the limit of ${most.value} (${most.row})`,
      `${seen.zh}，高于阈值 ${most.value}（${most.row}）`,
    );
    return [{ ...facts, state: 'warning', says: said }];
  }
  if (!whole) {
    const said = words(
      `${seen.en} at least; the log is too large to be read as a whole`,
      `${seen.zh}；日志过大，未能完整读取`,
    );
    return [{ ...facts, state: 'unknown', says: said }];
  }
  const said = words(`${seen.en} (limit ${most.value})`, `${seen.zh}（阈值 ${most.value}）`);
  return [{ ...facts, state: 'ok', says: said }];
}
