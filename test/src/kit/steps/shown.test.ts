import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shownStep, words } from '../../../../src/kit/index.ts';
import { PANEL_COLUMNS, sqlLines } from '../../../../src/kit/index.ts';
import { statementsText } from '../../../../src/slack/view/statements.ts';

describe('a statement', () => {
  it('stays on its line when it is short', () => {
    expect(sqlLines("  select a\n  from t where b = 'x'  ")).toBe("select a from t where b = 'x'");
  });

  it('has each clause on a line of its own when it is long', () => {
    expect(
      sqlLines(
        "select a.node_id from ops_process_definition as a inner join ops_plan as b on a.plan_id = b.id and b.x = '1' left outer join c on c.d = a.d where b.no between 1 and 5 or a.x is null group by a.y order by a.node_id limit 5",
      ).split('\n'),
    ).toEqual([
      'select a.node_id',
      '  from ops_process_definition as a',
      '  inner join ops_plan as b on a.plan_id = b.id',
      "  and b.x = '1'",
      '  left outer join c on c.d = a.d',
      '  where b.no between 1 and 5',
      '  or a.x is null',
      '  group by a.y',
      '  order by a.node_id',
      '  limit 5',
    ]);
  });

  it('keeps what is in quotes and what has comments exactly', () => {
    const value = "'it''s  from\n where \\' and'";
    expect(sqlLines(`delete from control_lock where a = ${value} and b = "x  and y"`)).toBe(
      `delete\n  from control_lock\n  where a = ${value}\n  and b = "x  and y"`,
    );
    const commented = `select a -- from here\nfrom t where ${'b'.repeat(PANEL_COLUMNS)} = 1`;
    expect(sqlLines(commented)).toBe(commented);
  });

  it('differs only in white space', () => {
    const long = `select 'a  b' from t where x in (select y from z where k like '("1"%' escape '!' and r is not null)`;
    expect(sqlLines(long).replace(/\s+/g, ' ')).toBe(long.replace(/\s+/g, ' '));
  });
});

describe('a request', () => {
  const post = (body: string) =>
    statementsText(
      shownStep({
        kind: 'request',
        method: 'POST',
        title: words('x', 'x'),
        from: { host: 'h-1' },
        url: 'http://127.0.0.1:8341/a b',
        body: { type: 'json', text: body },
      }),
      'en',
    );
  /** The words that a shell makes of the shown lines. */
  const pasted = (text: string): string[] =>
    execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${text}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);

  it.each([
    '{"executionId":"10382305","namespace":"0038548210","condition":0}',
    '{"it":"don\'t","and":{"so":[1,2]},"on":"$HOME `id` \\\\"}',
  ])('can be pasted into a shell, with one member a line: %s', (body) => {
    const words = pasted(post(body));
    expect(words.slice(0, 4)).toEqual(['-X', 'POST', '-H', 'Content-Type: application/json']);
    expect(words[5]?.split('\n')).toHaveLength(3);
    expect(JSON.parse(words[5] ?? '')).toEqual(JSON.parse(body));
    expect(words[6]).toBe('http://127.0.0.1:8341/a b');
  });

  it.each(['{"a":1}', '[1, 2]', '{ "a":1, "b":2 }', '{"b":1,"1":2}', 'not json', ''])(
    'keeps a body as it is when it is short or another form: %s',
    (body) => {
      expect(pasted(post(body))[5]).toBe(body);
    },
  );
});
