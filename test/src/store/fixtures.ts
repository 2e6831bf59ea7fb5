import { inject } from 'vitest';
import { type Opening, words, type Step } from '../../../src/kit/index.ts';
import type { AuditEntry } from '../../../src/runs/ports.ts';
import { newRunId, type Plan, type Run, type RunId } from '../../../src/runs/run.ts';
import { openStore, type Store, type StoreOptions } from '../../../src/store/index.ts';

export const ana = { id: 'U1', name: 'Ana' };
export const ben = { id: 'U2', name: 'Ben' };

export const entry = (action: string, runId?: RunId): AuditEntry => ({
  actor: ana,
  action,
  ...(runId ? { runId } : {}),
});

/** The options that reach a schema of the test server as root. */
export const optionsFor = (database: string): StoreOptions => ({
  host: '127.0.0.1',
  port: inject('mysqlPort'),
  user: 'root',
  password: '',
  database,
});

export const newRun = (over: Partial<Run> = {}): Omit<Run, 'createdAt' | 'revision'> => ({
  id: newRunId(),
  ask: { kind: 'inspect', scope: { kind: 'system', ids: ['MQ'] } },
  state: 'queued',
  lang: 'en',
  typed: '/inspect mq',
  requestedBy: ana,
  origin: { surface: 'cli' },
  approvals: [],
  steps: [],
  buttons: [],
  ...over,
});

export const step: Step = {
  kind: 'delete-rows',
  title: words('Delete the lock', '删除锁'),
  database: 'opswareorchestration',
  table: 'control_lock',
  key: ['id'],
  rows: [{ id: '1', target: 't' }],
};

export const plan: Plan = {
  playbook: 'skip-step',
  args: {},
  title: words('Skip', '跳过'),
  risk: 'risky',
  rows: ['DEPS-F05'],
  because: words('stuck', '卡住'),
  warning: words('careful', '小心'),
  facts: { lock: 1 },
  steps: [step],
  verify: [],
  rollback: [],
  looked: [],
  hash: 'h1',
};

/** A recorded change that was planned and agreed to, ready to be claimed. `notAfter` ten minutes ahead unless given. */
export async function approvedRun(store: Store, notAfter?: Date, its: Plan = plan): Promise<RunId> {
  const run = newRun({ ask: { kind: 'change', playbooks: ['skip-step'], args: {} } });
  await store.runs.create(run, run.id, entry('asked', run.id));
  const until = notAfter ?? new Date((await store.now()).getTime() + 600_000);
  const events = [
    { kind: 'begun' },
    {
      kind: 'planned',
      plan: its,
      approvalsNeeded: 1,
      notAfter: until.toISOString(),
      buttons: [],
      says: words('Confirm?', '确认？'),
    },
    { kind: 'approved', approval: { by: ben, at: (await store.now()).toISOString(), hash: its.hash } },
  ] as const;
  for (const event of events) {
    const applied = await store.runs.apply(run.id, event, entry(event.kind, run.id));
    if (!applied.ok) throw new Error(applied.because.en);
  }
  return run.id;
}

export { openStore, type Store };

/** Push that is stopped at a site. */
export const openingAt = (where: string): Opening => ({
  bracket: 'push-stopped',
  where,
  says: words('push is stopped', '推送已关闭'),
  minutes: 30,
  closeBy: { playbook: 'push-resume', args: { cluster: where } },
});
