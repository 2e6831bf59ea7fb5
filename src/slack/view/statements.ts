import { type Lang, quote, type Row, type Step, say, visible } from '../../kit/index.ts';
import { sqlLines } from './sql-lines.ts';
import { inOneTransaction, onceOn, whileAbsent } from './words.ts';
import { EXACT_VALUE, hasMask, shownStep } from '../../runs/shown-step.ts';

/** What a step will do, as text that an operator could paste: the statements with their values, or the request. */
export function statementsOf(exact: Step, lang: Lang): string {
  const text = statements(shownStep(exact), lang);
  return hasMask(text) ? `${text}\n-- ${say(EXACT_VALUE, lang)}` : text;
}

function statements(step: Step, lang: Lang): string {
  switch (step.kind) {
    case 'delete-rows':
      return [
        `-- ${say(inOneTransaction(step.database), lang)}`,
        ...step.rows.map((row) => sqlLines(`DELETE FROM ${step.table} WHERE ${whereKey(step.key, row)};`)),
      ].join('\n');
    case 'insert-rows':
      return [
        `-- ${say(whileAbsent(step.database), lang)}`,
        ...step.rows.map((row) =>
          sqlLines(
            `INSERT INTO ${step.table} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`,
          ),
        ),
      ].join('\n');
    case 'post':
      return [
        `# ${say(onceOn(step.host), lang)}`,
        'curl -X POST \\',
        "-H 'Content-Type: application/json' \\",
        `-d ${quote(jsonLines(visible(step.body)))} \\`,
        quote(visible(step.url)),
      ].join('\n');
    default:
      return step satisfies never;
  }
}

const whereKey = (key: readonly string[], row: Row): string =>
  key.map((column) => `${column} = ${literal(row[column] ?? null)}`).join(' AND ');

/** A value as SQL shows it; for reading only. */
const literal = (value: string | null): string =>
  value === null ? 'NULL' : `'${visible(value).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A JSON object with one member a line; the line feeds are white space of JSON. Anything else stays as it is. */
function jsonLines(body: string): string {
  const members = membersOf(body);
  return members === undefined || members.length < 2 ? body : `{${members.join(',\n     ')}}`;
}

function membersOf(body: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const members = Object.entries(value).map(
      ([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`,
    );
    return `{${members.join(',')}}` === body ? members : undefined;
  } catch {
    return undefined;
  }
}
