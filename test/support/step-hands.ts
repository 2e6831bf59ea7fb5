import type { Estate, Hands } from '../../src/kit/index.ts';
import type { RemoteExec } from '../../src/kit/targets.ts';
import { createContainers } from '../../src/targets/index.ts';
import { createOnce } from '../../src/targets/once.ts';

/** Hands that reach hosts through `exec` alone; looks at conditions as `holds` says. */
export const handsOver = (
  exec: RemoteExec,
  estate: Estate,
  folder: string,
  holds: Hands['holds'] = () => Promise.reject(new Error('nothing to look at')),
): Hands => ({
  estate,
  once: createOnce(exec, folder),
  containers: createContainers(exec, undefined),
  tell: { send: async () => 'told', seen: async () => 'told', told: async () => [] },
  clocks: { here: () => new Date(), database: async () => new Date() },
  holds,
  rows: {
    deleteRows: () => Promise.reject(new Error('no database here')),
    insertRows: () => Promise.reject(new Error('no database here')),
    lookAtRows: () => Promise.reject(new Error('no database here')),
  },
  requests: { send: () => Promise.reject(new Error('nothing is sent from here')) },
});
