import type { KnownBlock } from '@slack/types';
import { captureWhole, type Lang, maskRow, say } from '../../kit/index.ts';
import { canonicalJson } from '../../kit/canonical.ts';
import { previewOf } from '../../runs/preview.ts';
import { onTargets } from '../../runs/preview-words.ts';
import type { Looked, Plan } from '../../runs/run.ts';
import { monospace, section } from './blocks.ts';
import { statementBlocks } from './frames.ts';
import { type DesiredPost, posts } from './post.ts';
import { rowsText } from './rows.ts';
import { sqlLines } from '../../kit/index.ts';
import { statementsText } from './statements.ts';
import { tableOf } from './tables.ts';
import { escaped } from './text.ts';
import { lookedTimes, rowsBack, W } from './words.ts';

const LOOKS_SHOWN = 10;

/** A reply of its own: every look-up with its statement and rows, and exactly what putting back would run. */
export function lookedPosts(plan: Plan, lang: Lang): DesiredPost[] {
  const { looked, irreversible } = plan;
  const backs = irreversible ? [] : previewOf(plan).rollback.flatMap(({ texts }) => texts);
  const blocks: KnownBlock[] = [];
  if (looked.length > 0)
    blocks.push(
      section(`*${say(W.lookedAt, lang)}*`),
      ...together(looked)
        .slice(0, LOOKS_SHOWN)
        .flatMap((look) => lookBlocks(look, lang)),
    );
  if (backs.length > 0)
    blocks.push(
      section(`*${say(W.putBackExactly, lang)}*`),
      ...backs.flatMap((text) => [
        ...(text.targets.length > 1 ? [section(escaped(say(onTargets(text.targets), lang), 2000))] : []),
        ...statementBlocks(statementsText(text, lang)),
      ]),
    );
  const title = looked.length > 0 ? W.lookedAt : W.putBackExactly;
  return blocks.length === 0 ? [] : posts('looked', say(title, lang), blocks);
}

/** The same as plain text, all of it. */
export const lookedText = (looked: Plan['looked'], lang: Lang): string[] =>
  together(looked).flatMap(({ title, row, database, statement, rows }) => [
    `${say(title, lang)} ${rowsText([row])} (${database})`,
    `  ${captureWhole(statement)}`,
    ...rows.map((each) => `  ${JSON.stringify(maskRow(each))}`),
  ]);

interface Look extends Looked {
  readonly times: number;
}

/** What was looked at again at once, with the same answer, is shown once. */
function together(looked: readonly Looked[]): Look[] {
  const looks: Look[] = [];
  for (const next of looked) {
    const last = looks.at(-1);
    if (last && sameLook(last, next)) looks[looks.length - 1] = { ...last, times: last.times + 1 };
    else looks.push({ ...next, times: 1 });
  }
  return looks;
}

const sameLook = (a: Looked, b: Looked): boolean =>
  a.database === b.database && a.statement === b.statement && canonicalJson(a.rows) === canonicalJson(b.rows);

function lookBlocks({ title, row, database, statement, rows, times }: Look, lang: Lang): KnownBlock[] {
  const again = times > 1 ? ` — ${say(lookedTimes(times), lang)}` : '';
  const count = rows.length > 0 ? [`-- ${say(rowsBack(rows.length), lang)}`] : [];
  const answer = rows.length > 0 ? tableOf(rows, lang) : `-- ${say(W.noRows, lang)}`;
  return [
    section(`${escaped(say(title, lang), 300)} ${rowsText([row])}${again}`),
    monospace([`-- ${database}`, sqlLines(captureWhole(statement)), ...count, answer].join('\n')),
  ];
}
