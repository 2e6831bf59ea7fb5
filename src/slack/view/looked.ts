import type { KnownBlock } from '@slack/types';
import { captureWhole, type Lang, maskRow, say, sqlLines } from '../../kit/index.ts';
import { canonicalJson } from '../../kit/canonical.ts';
import { previewOf } from '../../runs/preview.ts';
import { onTargets } from '../../runs/preview-words.ts';
import type { Looked, LookedAt, LookedAtRows, Plan } from '../../runs/run.ts';
import { monospace, section } from './blocks.ts';
import { statementBlocks } from './frames.ts';
import { type DesiredPost, posts } from './post.ts';
import { rowsText } from './rows.ts';
import { statementsText } from './statements.ts';
import { tableOf } from './tables.ts';
import { escaped } from './text.ts';
import { lookedTimes, rowsBack, W } from './words.ts';

const LOOKS_SHOWN = 10;

/** A reply of its own: every look-up with its question and answer, and exactly what putting back would run. */
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
  together(looked).flatMap((look) => {
    const heading = `${say(look.title, lang)} ${rowsText(look.row === undefined ? [] : [look.row])}`;
    return 'rows' in look
      ? [
          `${heading} (${look.database})`,
          `  ${captureWhole(look.statement)}`,
          ...look.rows.map((each) => `  ${JSON.stringify(maskRow(each))}`),
        ]
      : [
          `${heading} (${look.place})`,
          ...[say(look.says, lang), look.asked, look.answer]
            .filter((text) => text !== '')
            .map((text) => `  ${text.replaceAll('\n', '\n  ')}`),
        ];
  });

type Look = Looked & { readonly times: number };

/** The same look with the same answer, one directly after the other, is shown once. */
function together(looked: readonly Looked[]): Look[] {
  const looks: Look[] = [];
  for (const next of looked) {
    const last = looks.at(-1);
    if (last && sameLook(last, next)) looks[looks.length - 1] = { ...last, times: last.times + 1 };
    else looks.push({ ...next, times: 1 });
  }
  return looks;
}

const sameLook = (a: Looked, b: Looked): boolean => canonicalJson(essence(a)) === canonicalJson(essence(b));

/** What makes two looks the same: the place, the question and the answer. */
const essence = (look: Looked): unknown =>
  'rows' in look
    ? [look.database, look.statement, look.rows]
    : [look.place, look.asked, look.says.en, look.answer];

function lookBlocks(look: Look, lang: Lang): KnownBlock[] {
  const { title, row, times } = look;
  const again = times > 1 ? ` — ${say(lookedTimes(times), lang)}` : '';
  const heading = `${escaped(say(title, lang), 300)} ${rowsText(row === undefined ? [] : [row])}${again}`;
  return 'rows' in look
    ? [section(heading), monospace(statementAndRows(look, lang))]
    : [section(`${heading}\n${escaped(say(look.says, lang), 1500)}`), monospace(questionAndAnswer(look))];
}

function statementAndRows({ database, statement, rows }: LookedAtRows, lang: Lang): string {
  const count = rows.length > 0 ? [`-- ${say(rowsBack(rows.length), lang)}`] : [];
  const answer = rows.length > 0 ? tableOf(rows, lang) : `-- ${say(W.noRows, lang)}`;
  return [`-- ${database}`, sqlLines(captureWhole(statement)), ...count, answer].join('\n');
}

const questionAndAnswer = ({ place, asked, answer }: LookedAt): string =>
  [`# ${place}`, asked, answer]
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, ANSWER_SHOWN);

/** Characters of one answer in a message; all of it is in the record. */
const ANSWER_SHOWN = 2400;
