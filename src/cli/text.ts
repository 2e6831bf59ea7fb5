import { clauseText, type Lang, maskRow, say, type Words, words } from '../kit/index.ts';
import { presentable } from '../runs/altered.ts';
import { forecastSays, newOutliers, outlierSays } from '../runs/forecast-words.ts';
import { stepsText, wayBackText } from '../runs/preview-text.ts';
import { groupQuestions } from '../runs/questions.ts';
import { capturedRun } from '../runs/captured-run.ts';
import type { Brief, Finding, Report } from '../runs/report.ts';
import type { Plan, Run } from '../runs/run.ts';
import { waitsFor } from '../runs/suspended-words.ts';

const DOT = { ok: '○', warning: '◐', critical: '●', unknown: '◌' } as const;

/** A whole run as plain text for a terminal. */
export function runText(stored: Run, lang: Lang): string {
  const run = capturedRun(presentable(stored));
  const lines = [run.typed, '', ...(run.says ? [say(run.says, lang)] : [])];
  const waits = waitsFor(run, (iso) => iso);
  if (waits) lines.push(say(waits, lang));
  if (run.report) lines.push('', ...reportLines(run.report, lang));
  if (run.plan) lines.push('', ...planLines(run.plan, lang));
  for (const step of run.steps)
    lines.push(`${step.no}. ${say(step.title, lang)}: ${step.says ? say(step.says, lang) : step.state}`);
  for (const { title, command } of run.instead ?? []) lines.push(`  ${say(title, lang)}: ${command}`);
  return `${lines.join('\n')}\n`;
}

function reportLines(report: Report, lang: Lang): string[] {
  const { findings, questions } = report;
  const lines = newsLines(report, lang);
  for (const app of new Set(findings.map((finding) => finding.app))) {
    const own = findings.filter((finding) => finding.app === app);
    const bad = own.filter(({ state }) => state !== 'ok');
    lines.push(`${app}  ${own.length - bad.length}/${own.length} ok`);
    lines.push(...bad.map((finding) => `  ${findingLine(finding, lang)}`));
  }
  lines.push(...notYetLines(report, lang));
  if (questions.length > 0)
    lines.push(
      '',
      say(words('Only a person can see:', '需要人工查看：'), lang),
      ...groupQuestions(questions).map(
        ({ question }) =>
          `  ${say(question.title, lang)}: ${say(question.page, lang)} — ${say(question.expect, lang)}`,
      ),
    );
  return lines;
}

/** What changed, which hosts are unlike their peers, and what grows. */
function newsLines(report: Report, lang: Lang): string[] {
  const { changes, forecasts = [], finishedAt } = report;
  const part = (heading: Words, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [say(heading, lang), ...lines.map((line) => `  ${line}`), ''];
  return [
    ...part(
      words(`Since ${changes?.since}:`, `自 ${changes?.since} 以来：`),
      (changes?.entries ?? []).map(({ kind, finding }) => `${kind}  ${findingLine(finding, lang)}`),
    ),
    ...part(
      words('Unlike their peers:', '与同类主机差异明显：'),
      newOutliers(report).map((outlier) => lineOf(outlier.finding, outlierSays(outlier), lang)),
    ),
    ...part(
      words('Growing:', '持续增长：'),
      forecasts.map((forecast) => lineOf(forecast.finding, forecastSays(forecast, finishedAt), lang)),
    ),
  ];
}

function notYetLines({ notYet = [] }: Report, lang: Lang): string[] {
  const [first] = notYet.map(({ from }) => from).sort();
  if (first === undefined) return [];
  const rows = [...new Set(notYet.map(({ row }) => row))].join(', ');
  return [
    '',
    say(
      words(
        `No earlier value to compare with yet: ${rows}, from ${first} on`,
        `暂无历史值可比较：${rows}，${first} 起可比较`,
      ),
      lang,
    ),
  ];
}

const lineOf = ({ host, app, title, part, clause, rows }: Brief, says: Words, lang: Lang): string =>
  `${host ?? app}  ${say(title, lang)}${part === undefined ? '' : ` ${part}`}: ${say(says, lang)}  [${clauseText(clause)} · ${rows.join(', ')}]`;

const findingLine = (finding: Finding, lang: Lang): string =>
  `${DOT[finding.state]} ${lineOf(finding, finding.says, lang)}`;

function planLines(plan: Plan, lang: Lang): string[] {
  const put = (label: Words, text: string): string[] => [
    say(label, lang),
    ...text.split('\n').map((line) => `  ${line}`),
  ];
  return [
    `${say(plan.title, lang)}  [${plan.risk} · ${plan.rows.join(', ')}]`,
    say(plan.warning, lang),
    ...plan.looked.flatMap((look) => {
      const { title } = look;
      const [place, ...text] =
        'rows' in look
          ? [look.database, look.statement, ...look.rows.map((row) => JSON.stringify(maskRow(row)))]
          : [look.place, say(look.says, lang), look.asked, look.answer];
      return put(
        words(`${title.en} (${place})`, `${title.zh}（${place}）`),
        text.filter((line) => line !== '').join('\n'),
      );
    }),
    ...stepsText(plan, lang),
    ...plan.verify.map(({ title }) => say(words(`Then: ${title.en}`, `随后验证：${title.zh}`), lang)),
    ...wayBackLines(plan, lang),
  ];
}

/** One of three answers about going back. */
function wayBackLines(plan: Plan, lang: Lang): string[] {
  if (plan.irreversible) return [say(plan.irreversible, lang)];
  const { nothingToPutBack } = plan;
  if (plan.rollback.length === 0 && nothingToPutBack)
    return [
      say(words(`Nothing to roll back: ${nothingToPutBack.en}`, `无需回滚：${nothingToPutBack.zh}`), lang),
    ];
  if (plan.rollback.length === 0) return [];
  return [
    say(words('What putting back would run:', '恢复时将执行的内容：'), lang),
    ...wayBackText(plan, lang).map((line) => `  ${line}`),
  ];
}
