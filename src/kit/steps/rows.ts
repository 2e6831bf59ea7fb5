import { canonicalJson } from '../canonical.ts';
import type { Database, Estate } from '../estate.ts';
import type { Row } from '../sql.ts';
import type { RowChanger, RowsAnswer } from '../targets.ts';
import { maskRow } from '../text/captured.ts';
import { visible } from '../text/visible.ts';
import { plural, type Words, words } from '../words.ts';
import type { Resource } from './facts.ts';
import { fenced, type Hands, type Heard, type StepFrame, type StepKind } from './hands.ts';
import type { DeleteRowsStep, InsertRowsStep } from './rows-shape.ts';
import { sqlLines } from './sql-lines.ts';

export { DeleteRowsStep, InsertRowsStep } from './rows-shape.ts';

type RowsStep = DeleteRowsStep | InsertRowsStep;

export const deleteRows: StepKind<DeleteRowsStep> = {
  masked: (step) => ({ ...step, rows: step.rows.map(maskRow) }),
  shown: ({ database, table, key, rows }) => ({
    place: database,
    language: 'sql',
    note: words(
      `${database}, one transaction, only while each row is still as shown`,
      `${database}，单个事务，仅当各行仍与所示一致时执行`,
    ),
    text: statements(rows.map((row) => `DELETE FROM ${table} WHERE ${whereKey(key, row)};`)),
  }),
  touches,
  effects,
  perform: async (step, frame, permitted, { rows, estate }) =>
    heard(
      await rows.deleteRows(databaseNamed(estate, step.database), step, lockName(frame), permitted),
      step,
    ),
  look,
};

export const insertRows: StepKind<InsertRowsStep> = {
  masked: (step) => ({ ...step, rows: step.rows.map(maskRow) }),
  shown: ({ database, table, rows }) => ({
    place: database,
    language: 'sql',
    note: words(
      `${database}, one transaction, only while none of the keys exists`,
      `${database}，单个事务，仅当这些主键均不存在时执行`,
    ),
    text: statements(
      rows.map(
        (row) =>
          `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`,
      ),
    ),
  }),
  touches,
  effects,
  perform: async (step, frame, permitted, { rows, estate }) =>
    heard(
      await rows.insertRows(databaseNamed(estate, step.database), step, lockName(frame), permitted),
      step,
    ),
  look,
};

/** The inventory does not name it. */
export class NoSuchDatabase extends Error {
  override readonly name = 'NoSuchDatabase';
}

/** Throws NoSuchDatabase. */
export function databaseNamed(estate: Estate, name: string): Database {
  const found = estate.databases.find((database) => database.name === name);
  if (!found) throw new NoSuchDatabase(name);
  return found;
}

const lockName = ({ runId }: StepFrame): string => `fettle:${runId}`;

function touches({ database }: RowsStep): readonly Resource[] {
  return [`database:${database}`];
}

function effects({ database, table, key, rows }: RowsStep): readonly string[] {
  return rows.map((row) => canonicalJson([database, table, ...key.map((column) => row[column] ?? null)]));
}

function statements(lines: readonly string[]): Words {
  const text = lines.map(sqlLines).join('\n');
  return { en: text, zh: text };
}

const whereKey = (key: readonly string[], row: Row): string =>
  key.map((column) => `${column} = ${literal(row[column] ?? null)}`).join(' AND ');

/** A value as SQL shows it; for reading only. */
const literal = (value: string | null): string =>
  value === null ? 'NULL' : `'${visible(value).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

async function look(
  step: RowsStep,
  frame: StepFrame,
  { rows, estate }: Pick<Hands, 'rows' | 'estate'>,
): Promise<Heard> {
  return seenRows(step, await rows.lookAtRows(databaseNamed(estate, step.database), step, lockName(frame)));
}

function heard(answer: RowsAnswer, step: RowsStep): Heard {
  const deleting = step.kind === 'delete-rows';
  switch (answer.kind) {
    case 'done':
      return {
        kind: 'done',
        says: deleting
          ? words(`${plural(answer.rows, 'row')} deleted.`, `已删除 ${answer.rows} 行。`)
          : words(`${plural(answer.rows, 'row')} put back.`, `已恢复 ${answer.rows} 行。`),
        evidence: rowsJson(step.rows),
      };
    case 'differs':
      return {
        kind: 'without-effect',
        says: words('The rows are no longer what was shown; rolled back.', '数据行与展示时不一致，已回滚。'),
        evidence: rowsJson(answer.found),
      };
    case 'fenced':
      return fenced;
    case 'failed':
      return {
        kind: 'without-effect',
        says: words(`Rolled back: ${answer.detail}`, `已回滚：${answer.detail}`),
        evidence: answer.detail,
      };
    case 'unknown':
      return {
        kind: 'unknown',
        says: words(
          'The database went away while the change was being committed.',
          '提交变更时数据库连接中断。',
        ),
        evidence: answer.detail,
      };
    default:
      return answer satisfies never;
  }
}

function seenRows(step: RowsStep, seen: Awaited<ReturnType<RowChanger['lookAtRows']>>): Heard {
  const evidence = canonicalJson({
    present: seen.present.map(maskRow),
    changed: seen.changed.map(maskRow),
    absent: seen.absent.map(maskRow),
  });
  const [present, changed, absent] = [seen.present.length, seen.changed.length, seen.absent.length];
  const all = step.rows.length;
  const [took, not] = step.kind === 'delete-rows' ? [absent, present] : [present, absent];
  if (took === all)
    return {
      kind: 'done',
      says: words('Looked at the rows: the change took effect.', '已核对数据行：变更已生效。'),
      evidence,
    };
  if (not === all)
    return {
      kind: 'without-effect',
      says: words('Looked at the rows: the change did not take effect.', '已核对数据行：变更未生效。'),
      evidence,
    };
  return {
    kind: 'unknown',
    says: words(
      `Looked at the rows: ${present} as shown, ${changed} different, ${absent} absent. A person must decide.`,
      `已核对数据行：${present} 行与展示一致，${changed} 行不同，${absent} 行不存在。需要人工判断。`,
    ),
    evidence,
  };
}

const rowsJson = (rows: readonly Row[]): string => canonicalJson(rows.map(maskRow));
