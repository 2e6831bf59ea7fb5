/** A statement and its values, kept apart until the driver joins them. Values are strings only: a number bound to a string column matches every row that converts to it. */
export interface SqlQuery {
  readonly text: string;
  readonly values: readonly string[];
}

/** sql`select … where id = ${id}`: every inserted value becomes a placeholder, each of a list one; an empty list becomes null and matches nothing. */
export function sql(
  text: TemplateStringsArray,
  ...values: readonly (string | readonly string[])[]
): SqlQuery {
  const marks = values.map((value) =>
    typeof value === 'string' ? '?' : value.map(() => '?').join(', ') || 'null',
  );
  return {
    text: String.raw({ raw: text }, ...marks)
      .replace(/\s+/g, ' ')
      .trim(),
    values: values.flat(),
  };
}

/** A row as it travels: every value as the server's own text, null kept. */
export type Row = Readonly<Record<string, string | null>>;

/** The statement with its values written in, for people to read. Never executed. */
export function showSql({ text, values }: SqlQuery): string {
  let next = 0;
  return text.replaceAll('?', () => `'${(values[next++] ?? '').replaceAll("'", "''")}'`);
}
