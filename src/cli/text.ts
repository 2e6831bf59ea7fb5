import { clauseText, type Lang, say, type Words, words } from '../kit/index.ts';
import { stepPlace, stepText } from '../runs/plan.ts';
import { groupQuestions } from '../runs/questions.ts';
import type { Finding, Report } from '../runs/report.ts';
import type { Plan, Run } from '../runs/run.ts';

const DOT = { ok: '○', warning: '◐', critical: '●', unknown: '◌' } as const;

/** A whole run as plain text for a terminal. */
export function runText(run: Run, lang: Lang): string {
  const lines = [run.typed, '', ...(run.says ? [say(run.says, lang)] : [])];
  if (run.report) lines.push('', ...reportLines(run.report, lang));
  if (run.plan) lines.push('', ...planLines(run.plan, lang));
  for (const step of run.steps)
    lines.push(`${step.no}. ${say(step.title, lang)}: ${step.says ? say(step.says, lang) : step.state}`);
  for (const { title, command } of run.instead ?? []) lines.push(`  ${say(title, lang)}: ${command}`);
  return `${lines.join('\n')}\n`;
}

function reportLines({ findings, questions, changes }: Report, lang: Lang): string[] {
  const lines: string[] = [];
  for (const app of new Set(findings.map((finding) => finding.app))) {
    const own = findings.filter((finding) => finding.app === app);
    const bad = own.filter(({ state }) => state !== 'ok');
    lines.push(`${app}  ${own.length - bad.length}/${own.length} ok`);
    lines.push(...bad.map((finding) => `  ${findingLine(finding, lang)}`));
  }
  if (changes)
    lines.push(
      '',
      say(words(`Since ${changes.since}:`, `自 ${changes.since} 以来：`), lang),
      ...changes.entries.map(({ kind, finding }) => `  ${kind}  ${findingLine(finding, lang)}`),
    );
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

const findingLine = (finding: Finding, lang: Lang): string =>
  `${DOT[finding.state]} ${finding.host ?? finding.app}  ${say(finding.title, lang)}${finding.part === undefined ? '' : ` ${finding.part}`}: ${say(finding.says, lang)}  [${clauseText(finding.clause)} · ${finding.rows.join(', ')}]`;

function planLines(plan: Plan, lang: Lang): string[] {
  const put = (label: Words, text: string): string[] => [
    say(label, lang),
    ...text.split('\n').map((line) => `  ${line}`),
  ];
  return [
    `${say(plan.title, lang)}  [${plan.risk} · ${plan.rows.join(', ')}]`,
    say(plan.warning, lang),
    ...plan.looked.flatMap(({ title, database, statement, rows }) =>
      put(
        words(`${title.en} (${database})`, `${title.zh}（${database}）`),
        [statement, ...rows.map((row) => JSON.stringify(row))].join('\n'),
      ),
    ),
    ...plan.steps.flatMap((step, index) =>
      put(
        words(
          `${index + 1}. ${step.title.en} (${stepPlace(step)})`,
          `${index + 1}. ${step.title.zh}（${stepPlace(step)}）`,
        ),
        stepText(step),
      ),
    ),
    ...plan.verify.map(({ title }) => say(words(`Then: ${title.en}`, `随后验证：${title.zh}`), lang)),
    plan.irreversible ? say(plan.irreversible, lang) : say(words('Can be put back.', '可以恢复。'), lang),
  ];
}
