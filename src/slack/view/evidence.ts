import type { KnownBlock } from '@slack/types';
import { clean, say, type Lang, type Words } from '../../kit/index.ts';
import { groupBy } from '../../runs/group-by.ts';
import type { Finding } from '../../runs/report.ts';
import { monospace, section, smallPrint } from './blocks.ts';
import { findingLine, stateText, titleOf, WORST_FIRST } from './lines.ts';
import { type DesiredPost, posts } from './post.ts';
import { clauses } from './rows.ts';
import { code, escaped, trimmed } from './text.ts';
import { colon, moreLines, sameOnHosts, W } from './words.ts';

/** More evidence than this goes into a file, whole. */
const IN_MESSAGE = 4500;
/** So few are all shown, whole, though they are well and the same on every host. */
const FEW = 6;
/** Lines shown in a message: of a command, and of the answer to what is well. What is not well is shown whole. */
const COMMAND_LINES = { first: 2, last: 0 } as const;
const OK_LINES = { first: 2, last: 5 } as const;
const LINE = 160;

export type Evidence =
  | { readonly kind: 'posts'; readonly posts: readonly DesiredPost[] }
  | { readonly kind: 'file'; readonly title: string; readonly name: string; readonly content: string };

/** One finding in a message, and on how many more hosts the same check is well. */
interface Shown {
  readonly finding: Finding;
  readonly others: number;
  readonly whole: boolean;
}

/** What was run and what came back, problems first: in frames when short, as one text file with everything when long. */
export function evidence(title: Words, findings: readonly Finding[], lang: Lang): Evidence {
  const heading = escaped(say(title, lang), 200);
  const sorted = [...findings].sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));
  const shown = inMessage(sorted);
  const frames = shown.map((each) => frame(each, lang));
  if (frames.reduce((sum, text) => sum + text.length, 0) > IN_MESSAGE) {
    return {
      kind: 'file',
      title: `${clean(say(title, lang)).slice(0, 150)}`,
      name: 'evidence.txt',
      content: sorted.map((finding) => fileText(finding, lang)).join('\n\n'),
    };
  }
  const blocks: KnownBlock[] = [section(`*${heading}*`)];
  if (shown.length === 0) blocks.push(...smallPrint([say(W.noAnswers, lang)]));
  for (const [at, { finding, others }] of shown.entries()) {
    blocks.push(section(headLines(finding, others, lang).join('\n')));
    const text = frames[at];
    if (text) blocks.push(monospace(text));
  }
  return { kind: 'posts', posts: posts('evidence', heading, blocks) };
}

/** All that is not well, and of each check that is well its first host. */
function inMessage(sorted: readonly Finding[]): Shown[] {
  const bad = sorted.filter(({ state }) => state !== 'ok');
  const ok = sorted.filter(({ state }) => state === 'ok');
  const alone = (finding: Finding): Shown => ({ finding, others: 0, whole: true });
  if (ok.length <= FEW) return [...bad, ...ok].map(alone);
  const sameCheck = groupBy(ok, ({ app, check, part }) => [app, check, part ?? ''].join('\u0000'));
  return [
    ...bad.map(alone),
    ...sameCheck.flatMap(([finding, ...rest]) =>
      finding ? [{ finding, others: rest.length, whole: false }] : [],
    ),
  ];
}

/** State, host, check and what was seen; then where else it is well, and the manual's own command where another one ran. */
function headLines(finding: Finding, others: number, lang: Lang): string[] {
  const { literal, command } = finding;
  const more = [
    ...(others > 0 ? [say(sameOnHosts(others), lang)] : []),
    ...(literal !== undefined && literal !== command
      ? [`${say(W.inTheManual, lang)}${colon(lang)}${code(literal, 300)}`]
      : []),
  ];
  return [findingLine([finding], lang), ...(more.length > 0 ? [more.join(' · ')] : [])];
}

/** The command in short and the answer. */
function frame({ finding: { command, evidence: seen }, whole }: Shown, lang: Lang): string {
  const answer = trimmed(seen);
  return [
    command === undefined ? '' : inShort(`$ ${trimmed(command)}`, COMMAND_LINES, lang),
    whole ? answer : inShort(answer, OK_LINES, lang),
  ]
    .filter(Boolean)
    .join('\n');
}

/** The first and the last lines; what is left out is said. One line more than that is no reason to leave something out. */
function inShort(
  text: string,
  { first, last }: { readonly first: number; readonly last: number },
  lang: Lang,
): string {
  const lines = text.split('\n').map((line) =>
    line.length <= LINE
      ? line
      : `${Array.from(line)
          .slice(0, LINE - 1)
          .join('')}…`,
  );
  const out = lines.length - first - last;
  if (out <= 1) return lines.join('\n');
  const end = last === 0 ? [] : lines.slice(-last);
  return [...lines.slice(0, first), say(moreLines(out), lang), ...end].join('\n');
}

/** One finding in the file: with the whole command and the whole answer. */
function fileText(finding: Finding, lang: Lang): string {
  const { app, host, state, says, literal, command } = finding;
  const where = [app, host, titleOf(lang)(finding)].filter(Boolean).join(' · ');
  return [
    `== ${stateText(state, lang).replaceAll('*', '')} · ${clean(where)} ${clauses([finding], lang)}`,
    clean(say(says, lang)),
    ...(literal === undefined ? [] : [`${say(W.inTheManual, lang)}${colon(lang)}${clean(literal)}`]),
    ...(command === undefined ? [] : [`$ ${trimmed(command)}`]),
    trimmed(finding.evidence),
  ]
    .filter(Boolean)
    .join('\n');
}
