import { aligned, type Lang, say, visible } from '../../kit/index.ts';
import type { Asked } from '../../desk/port.ts';
import { type Chart, chartTable, chartTitle } from '../../runs/series.ts';
import type { Upload } from '../upload.ts';
import { context, LIMITS, monospace, section } from './blocks.ts';
import { capped } from './lists.ts';
import { clauses } from './rows.ts';
import { code, escaped, plain } from './text.ts';
import { colon, more, W } from './words.ts';

const LINES_SHOWN = 12;
const NAME = 34;

/** The picture with its table: the latest values, how far they went, where they are going. */
export function chartUpload(chart: Chart, png: Uint8Array, asked: Asked, lang: Lang): Upload {
  const title = say(chartTitle(chart), lang);
  const table = tableText(chart, lang);
  const hidden =
    chart.hidden.length === 0
      ? ''
      : ` · ${say(W.hidden, lang)}${colon(lang)}${escaped(capped(chart.hidden, 20, lang), 400)}`;
  const heading = `*${escaped(title, 250)}* ${clauses([chart], lang)}`;
  return {
    title: plain(title, 150),
    name: 'history.png',
    type: 'image/png',
    bytes: png,
    altText: plain(`${title}\n${table}`, 900),
    says: {
      text: `${heading}${hidden}`.slice(0, LIMITS.messageText),
      blocks: [
        section(heading),
        monospace(table),
        context(`${say(W.askedBy, lang)} ${escaped(asked.by, 80)} · ${code(asked.typed, 200)}${hidden}`),
      ],
    },
  };
}

function tableText(chart: Chart, lang: Lang): string {
  const [heads = [], ...rows] = chartTable(chart, lang);
  const shown = rows.slice(0, LINES_SHOWN).map(([name = '', ...cells]) => [shortened(name), ...cells]);
  const left = rows.length - shown.length;
  return [...aligned([heads, ...shown]), ...(left > 0 ? [say(more(left), lang)] : [])].join('\n');
}

/** The end of a long name tells more than its beginning. */
function shortened(name: string): string {
  const characters = Array.from(visible(name));
  return characters.length <= NAME ? characters.join('') : `…${characters.slice(1 - NAME).join('')}`;
}
