import { newRunId, type Run } from '../../src/runs/run.ts';

/** A change that was asked for on the command line and not yet begun, with whatever a test wants otherwise. */
export const aRun = (over: Partial<Run> = {}): Run => ({
  id: newRunId(),
  ask: { kind: 'change', playbooks: ['p'], args: {} },
  state: 'queued',
  lang: 'en',
  typed: '/x',
  requestedBy: { id: 'U1', name: 'Ana' },
  origin: { surface: 'cli' },
  createdAt: '2026-11-21T00:00:00.000Z',
  approvals: [],
  steps: [],
  buttons: [],
  revision: 1,
  ...over,
});
