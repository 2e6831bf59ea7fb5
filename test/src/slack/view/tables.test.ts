import { describe, expect, it } from 'vitest';
import { tableOf } from '../../../../src/slack/view/tables.ts';

describe('rows', () => {
  it('are a table when they fit the thread panel', () => {
    expect(
      tableOf(
        [
          { id: '1', name: '消息' },
          { id: '22', name: null },
        ],
        'en',
      ),
    ).toBe('id  name\n1   消息\n22  NULL');
  });

  it('are one column a line when they do not, numbered when there are several', () => {
    const wide = { id: '1', node_path: '("0000000012190480","0000000012190487")', flag: 'x'.repeat(10) };
    expect(tableOf([wide], 'en')).toBe(
      'id:         1\nnode_path:  ("0000000012190480","0000000012190487")\nflag:       xxxxxxxxxx',
    );
    expect(tableOf([wide, wide], 'en').split('\n').slice(2, 4)).toEqual([
      '   flag:       xxxxxxxxxx',
      '2. id:         1',
    ]);
  });

  it('say what is left out, and that there are none', () => {
    const many = Array.from({ length: 15 }, (_, n) => ({ n: String(n) }));
    expect(tableOf(many, 'en').split('\n').at(-1)).toBe('… and 3 more');
    expect(tableOf([], 'en')).toBe('no rows');
    expect(tableOf([], 'zh')).toBe('无记录');
  });
});
