import { statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { definePlaybook, sh, type Step, words } from '../../src/kit/index.ts';
import type { Once } from '../../src/kit/targets.ts';
import { createOnce } from '../../src/targets/once.ts';
import { createSsh2Exec } from '../../src/targets/ssh2.ts';

/** A real host for the steps of a course. */
export const HostOrders = z.object({
  port: z.number(),
  user: z.string(),
  keyFile: z.string(),
  fingerprint: z.string(),
});
export type HostOrders = z.infer<typeof HostOrders>;

export const HostKind = z.enum(['shell', 'service', 'file', 'request']);
export type HostKind = z.infer<typeof HostKind>;

const Args = z.object({ kind: HostKind, folder: z.string(), url: z.string() });

/** One step of this kind on the host, which leaves a line in `effects` of the folder, or takes the file `log` away. */
export const hostCourse = definePlaybook({
  name: 'host-course',
  system: 'DEPS',
  title: words('Host course', '主机步骤'),
  rows: ['DEPS-F06'],
  clause: { document: '001', section: '2.5' },
  risk: 'risky',
  args: Args,
  examples: [{ kind: 'shell', folder: '/tmp', url: 'http://127.0.0.1/' }],
  observe: async ({ kind, folder }) => ({
    applies: true,
    because: words('b', 'b'),
    facts: kind === 'file' ? guard(path.join(folder, 'log')) : guardless,
  }),
  warning: () => words('w', 'w'),
  steps: (facts, args) => [stepOf(facts, args)],
  verify: () => [],
  rollback: { nothing: words('n', 'n') },
});

interface Facts {
  readonly inode: number;
  readonly sizeBytes: number;
  readonly modified: number;
}
const guardless: Facts = { inode: 1, sizeBytes: 0, modified: 0 };

function guard(file: string): Facts {
  const { ino, size, mtimeMs } = statSync(file);
  return { inode: ino, sizeBytes: size, modified: Math.floor(mtimeMs / 1000) };
}

function stepOf(facts: Facts, { kind, folder, url }: z.output<typeof Args>): Step {
  const title = words(kind, kind);
  const host = 'h-1';
  switch (kind) {
    case 'shell':
      return {
        kind,
        title,
        host,
        command: sh`echo shell >>${path.join(folder, 'effects')}; sleep 1; echo ended`,
        timeoutSeconds: 20,
      };
    case 'service':
      return { kind, title, host, by: 'service', unit: 'kubelet', act: 'start', timeoutSeconds: 5 };
    case 'file':
      return { kind, title, host, directory: folder, files: [{ act: 'remove', name: 'log', ...facts }] };
    case 'request':
      return { kind, title, from: { host }, method: 'PUT', url };
    default:
      return kind satisfies never;
  }
}

/** The real marker on the host; `strike` is told before and after each effect. */
export function onRealHost(
  { user, keyFile, fingerprint }: HostOrders,
  folder: string,
  strike: (boundary: 'before effect' | 'after effect', step: number) => Promise<void>,
): Once & { readonly close: () => void } {
  const exec = createSsh2Exec({
    user,
    login: { kind: 'key-file', path: keyFile },
    hostKeys: { fingerprints: { 'h-1': [fingerprint] } },
  });
  const once = createOnce(exec, folder);
  return {
    ...once,
    async run(host, effect, frame, signal) {
      await strike('before effect', frame.no);
      const answer = await once.run(host, effect, frame, signal);
      await strike('after effect', frame.no);
      return answer;
    },
    close: () => exec.close(),
  };
}
