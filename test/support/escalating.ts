import { z } from 'zod';
import { definePlaybook, words } from '../../src/kit/index.ts';

/** Asks two contacts, one after the other, until somebody takes it; then a request to the host. */
export const escalating = definePlaybook({
  name: 'escalating',
  system: 'DEPS',
  title: words('Escalating', '升级'),
  rows: ['DEPS-F06'],
  clause: { document: '001', section: '2.5' },
  risk: 'risky',
  tells: ['dba', 'ant-support'],
  args: z.object({ host: z.string() }),
  examples: [{ host: 'h-1' }],
  observe: async ({ host }) => ({ applies: true, because: words('b', 'b'), facts: { host } }),
  warning: () => words('w', 'w'),
  steps: ({ host }) => [
    {
      kind: 'escalate',
      title: words('Ask for help', '请求支援'),
      contacts: ['dba', 'ant-support'],
      text: words('The database of the orders is down.', '订单数据库不可用。'),
      withinMinutes: 15,
    },
    {
      kind: 'request',
      title: words('last', 'last'),
      from: { host },
      method: 'PUT',
      url: 'http://127.0.0.1/last',
    },
  ],
  verify: () => [],
  rollback: { nothing: words('n', 'n') },
});
