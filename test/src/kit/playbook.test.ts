import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlaybook, type Look, sql, words } from '../../../src/kit/index.ts';
import { lookOf } from '../../support/blind-look.ts';

const question = { title: words('Look', '查看'), database: 'msgdb', query: sql`select 1` };
const facts = {
  name: 'restart',
  system: 'MQ',
  title: words('Restart', '重启'),
  clause: { document: '002', section: '4.4.2' },
  risk: 'risky',
  args: z.object({}),
  examples: [{}],
  warning: () => words('Careful', '注意'),
  steps: () => [],
  rollback: () => [],
} as const;

describe('a playbook', () => {
  it('cites the rows it declares; another does not compile', async () => {
    const playbook = definePlaybook({
      ...facts,
      rows: ['MQ-F02'],
      looksAt: ['MQ-C08'],
      observe: async (_, look) => {
        await look.sql({ ...question, row: 'MQ-F02' });
        await look.sql({ ...question, row: 'MQ-C08' });
        // @ts-expect-error not declared
        await look.sql({ ...question, row: 'MQ-C09' });
        return { applies: true, because: words('Down', '宕机'), facts: {} };
      },
      verify: () => [
        {
          title: words('Up', '正常'),
          // @ts-expect-error not declared
          row: 'MQ-C10',
          withinSeconds: 1,
          look: () => Promise.resolve({ state: 'ok', says: words('Up', '正常') }),
        },
      ],
    });
    const cited: string[] = [];
    await playbook.prepare({}, look(cited));
    expect(cited).toEqual(['MQ-F02', 'MQ-C08', 'MQ-C09']);
    expect([playbook.rows, playbook.looksAt]).toEqual([['MQ-F02'], ['MQ-C08']]);
  });

  it('looks at nothing on its way unless it says so', () => {
    const playbook = definePlaybook({
      ...facts,
      rows: ['MQ-F02'],
      observe: () => Promise.resolve({ applies: false, reason: 'not-needed', because: words('Up', '正常') }),
      verify: () => [],
    });
    expect(playbook.looksAt).toEqual([]);
  });
});

const look = (cited: string[]): Look =>
  lookOf({
    sql: ({ row }) => {
      cited.push(row);
      return Promise.resolve([]);
    },
  });
