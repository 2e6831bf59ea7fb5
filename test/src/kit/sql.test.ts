import { describe, expect, it } from 'vitest';
import { showSql, sql } from '../../../src/kit/index.ts';

describe('sql', () => {
  it('keeps text and values apart, and the text on one line', () => {
    const query = sql`select a
      from t where id = ${"it's"} and b = ${'2'}`;
    expect(query).toEqual({ text: 'select a from t where id = ? and b = ?', values: ["it's", '2'] });
    expect(showSql(query)).toBe("select a from t where id = 'it''s' and b = '2'");
  });

  it('makes a placeholder of each of a list, and null of none', () => {
    expect(sql`select a from t where id in (${['1', '2', '3']}) and b = ${'4'}`).toEqual({
      text: 'select a from t where id in (?, ?, ?) and b = ?',
      values: ['1', '2', '3', '4'],
    });
    expect(sql`select a from t where id in (${[]})`).toEqual({
      text: 'select a from t where id in (null)',
      values: [],
    });
  });
});
