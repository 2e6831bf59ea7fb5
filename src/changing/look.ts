import {
  type AskChecks,
  allGreen,
  type CheckAnswer,
  capture,
  captureSaying,
  captureWhole,
  databaseNamed,
  type Estate,
  type Look,
  maskRow,
  placeOf,
  sayAnswers,
  showSql,
  type Words,
} from '../kit/index.ts';
import { EVIDENCE_CAP } from '../kit/text/evidence.ts';
import type { Targets } from '../kit/targets.ts';
import type { Looked } from '../runs/run.ts';
import { hostLooks } from './look-at-host.ts';

/** Rows that one read may return; what a plan is decided by must fit a person's eyes. */
const MOST_ROWS = 500;
const READ_SECONDS = 10;

/** Everything by which a playbook looks. */
export interface Eyes {
  readonly estate: Estate;
  readonly sql: Targets['sql'];
  readonly checks: AskChecks;
  readonly exec: Targets['exec'];
  readonly pause: (seconds: number) => Promise<void>;
}

/** Eyes that remember what they saw. */
export function lookWith({ estate, sql, checks, exec, pause }: Eyes, looked: Looked[]): Look {
  return {
    estate,
    pause,
    ...hostLooks({ estate, exec }, looked),
    async sql({ title, row, database, query }) {
      const rows = await sql.read(databaseNamed(estate, database), query, {
        timeoutSeconds: READ_SECONDS,
        maxRows: MOST_ROWS,
      });
      looked.push({
        title,
        row,
        database,
        statement: captureWhole(showSql({ text: query.text, values: query.values.map(captureWhole) })),
        rows: rows.map(maskRow),
      });
      return rows;
    },
    async checks({ title, refs }) {
      const answers = await checks(refs);
      looked.push(...checksLooked(answers, title));
      return answers;
    },
  };
}

/** One entry a check, however many hosts answered it. */
export function checksLooked(answers: readonly CheckAnswer[], title?: Words): readonly Looked[] {
  const byCheck = new Map<string, CheckAnswer[]>();
  for (const answer of answers) {
    const name = `${answer.ref.system} ${answer.ref.check}`;
    byCheck.set(name, [...(byCheck.get(name) ?? []), answer]);
  }
  return [...byCheck].map(([name, own]) => {
    const [first] = own;
    const row = first?.rows[0];
    const each = Math.max(200, Math.floor(EVIDENCE_CAP.notOk / own.length));
    return {
      title: title ?? first?.title ?? { en: name, zh: name },
      ...(row === undefined ? {} : { row }),
      place: placesOf(own),
      asked:
        first === undefined || first.command === '' ? captureWhole(name) : capture(first.command, ASKED_CAP),
      says: captureSaying(sayAnswers(own)),
      answer: capture(
        own
          .map((answer) => `${placeOf(answer)}: ${answer.state}\n${capture(answer.evidence, each)}`)
          .join('\n'),
        EVIDENCE_CAP.notOk,
      ),
    };
  });
}

/** Characters of a command that are kept with a look. */
const ASKED_CAP = 2000;
const PLACES_SHOWN = 12;

function placesOf(answers: readonly CheckAnswer[]): string {
  const places = [...new Set(answers.map(placeOf))];
  const more = places.length - PLACES_SHOWN;
  return `${places.slice(0, PLACES_SHOWN).join(', ')}${more > 0 ? ` (+${more})` : ''}`;
}
