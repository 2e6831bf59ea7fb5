import type { KnownBlock } from '@slack/types';
import { say, type Lang, type Words } from '../../kit/index.ts';
import type { Finding } from '../../runs/report.ts';
import { monospace, section } from './blocks.ts';
import { clauses, findingLine } from './lines.ts';
import { type DesiredPost, posts } from './post.ts';
import { clean, escaped } from './text.ts';
import { colon, W } from './words.ts';

/** More evidence than this goes into a file, whole. */
const IN_MESSAGE = 2500;

export type Evidence =
  | { readonly kind: 'posts'; readonly posts: readonly DesiredPost[] }
  | { readonly kind: 'file'; readonly title: string; readonly name: string; readonly content: string };

/** What was run and what came back, for the thread: in frames when short, as one text file when long. */
export function evidence(title: Words, findings: readonly Finding[], lang: Lang): Evidence {
  const heading = escaped(say(title, lang), 200);
  const total = findings.reduce((sum, finding) => sum + frame(finding).length, 0);
  if (total > IN_MESSAGE) {
    return {
      kind: 'file',
      title: `${clean(say(title, lang)).slice(0, 150)}`,
      name: 'evidence.txt',
      content: findings.map((finding) => fileText(finding, lang)).join('\n\n'),
    };
  }
  const blocks: KnownBlock[] = [section(`*${heading}*`)];
  for (const finding of findings) {
    blocks.push(
      section(finding.literal === undefined ? findingLine([finding], lang) : literalLine(finding, lang)),
    );
    if (frame(finding)) blocks.push(monospace(frame(finding)));
  }
  return { kind: 'posts', posts: posts('evidence', heading, blocks) };
}

const frame = ({ command, evidence: seen }: Finding): string =>
  clean([command === undefined ? '' : `$ ${command}`, seen].filter(Boolean).join('\n'));

/** The manual writes the command differently: both forms are shown. */
const literalLine = (finding: Finding, lang: Lang): string =>
  `${findingLine([finding], lang)}\n${say(W.inTheManual, lang)}${colon(lang)}\`${escaped((finding.literal ?? '').replaceAll('`', "'"), 300)}\``;

function fileText(finding: Finding, lang: Lang): string {
  const where = [finding.app, finding.host, finding.part].filter(Boolean).join(' · ');
  const clause = clauses([finding], lang).replaceAll('`', '');
  return `== ${clean(where)} · ${clean(say(finding.title, lang))} · ${clause}\n${clean(say(finding.says, lang))}\n${frame(finding)}`;
}
