import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { performStep, shownStep, Step, type StepFrame, words } from '../../../../src/kit/index.ts';
import type { RemoteExec } from '../../../../src/kit/targets.ts';
import { estateOf } from '../../../support/estates.ts';
import { localExec } from '../../../support/local-exec.ts';
import { handsOver } from '../../../support/step-hands.ts';

type ServiceStep = Extract<Step, { kind: 'service' }>;

const estate = estateOf({ hosts: [{ name: 'h', app: 'a', site: 's', address: '127.0.0.1', port: 22 }] });
let folder = '';

/** An init system with memory: a file is the unit, its content the moment it was started. `obeys` can be switched off. */
const TOOL = String.raw`#!/bin/sh
cd "$(dirname "$0")" || exit 9
case $(basename "$0"):$1 in systemctl:*) verb=$1; shift;; service:*) verb=$2;; esac
for last; do :; done
echo "$verb" >>told
case $verb in
  start) [ -f up ] || [ -f disobeys ] || date +%s%N >up;;
  restart) [ -f refuses ] && { echo refused >&2; exit 5; }; [ -f disobeys ] || date +%s%N >up;;
  stop) [ -f disobeys ] || rm -f up;;
  is-active|status) [ -f up ] || exit 3;;
  show) echo "ActiveEnterTimestampMonotonic=$(cat up 2>/dev/null)";;
esac`;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'service-step-'));
  for (const name of ['systemctl', 'service']) {
    await writeFile(path.join(folder, name), TOOL);
    await chmod(path.join(folder, name), 0o755);
  }
  await writeFile(
    path.join(folder, 'sudo'),
    '#!/bin/sh\n[ "$1 $2 $3 $4" = "-n -u root --" ] || exit 9\nshift 4; exec "$@"\n',
  );
  await chmod(path.join(folder, 'sudo'), 0o755);
});

const step = (act: ServiceStep['act'], by: ServiceStep['by'] = 'systemctl'): ServiceStep => ({
  kind: 'service',
  title: words('S', '服'),
  host: 'h',
  by,
  unit: 'kubelet',
  act,
  timeoutSeconds: 2,
});
const frame = (): StepFrame => ({ runId: crypto.randomUUID(), no: 1, fence: 1, since: new Date() });
const perform = (given: Step) => {
  const local = localExec();
  const exec: RemoteExec = {
    run: (host, text, ...rest) => local.run(host, `PATH=${folder}:$PATH\n${text}`, ...rest),
  };
  return performStep(given, frame(), async () => true, handsOver(exec, estate, folder));
};
const set = (name: string): Promise<void> => writeFile(path.join(folder, name), 'x');
const told = (): Promise<string> => readFile(path.join(folder, 'told'), 'utf8');

describe.each(['systemctl', 'service'] as const)('a service by %s', (by) => {
  it('is started, and seen to run', async () => {
    expect(await perform(step('start', by))).toMatchObject({ kind: 'done', says: { en: 'kubelet runs.' } });
    expect((await told()).match(/^start$/gm)).toHaveLength(1);
  });

  it('is stopped, and seen not to run', async () => {
    await set('up');
    expect(await perform(step('stop', by))).toMatchObject({
      kind: 'done',
      says: { en: 'kubelet is stopped.' },
    });
  });

  it('that does not come about has failed, and says so', { timeout: 20_000 }, async () => {
    await set('disobeys');
    expect(await perform(step('start', by))).toMatchObject({
      kind: 'failed',
      says: { en: expect.stringContaining('kubelet does not run.') as string },
    });
    await set('up');
    expect(await perform(step('stop', by))).toMatchObject({
      kind: 'failed',
      says: { en: expect.stringContaining('kubelet still runs.') as string },
    });
  });

  it('whose tool refuses has failed', async () => {
    await set('refuses');
    expect(await perform(step('restart', by))).toMatchObject({ kind: 'failed' });
  });
});

describe('a restart by systemctl', () => {
  it('is done when the service runs since then', async () => {
    await set('up');
    expect(await perform(step('restart'))).toMatchObject({
      kind: 'done',
      says: { en: 'kubelet was restarted and runs.' },
    });
  });

  it('has failed when the service runs, but not anew', async () => {
    await set('up');
    await set('disobeys');
    expect(await perform(step('restart'))).toMatchObject({
      kind: 'failed',
      says: { en: expect.stringContaining('kubelet runs, but not anew.') as string },
    });
  });
});

it('a service step shows its whole command, and takes no unit that is an option or a path', () => {
  const { text, note } = shownStep(step('restart'));
  expect(text.en).toContain('$as systemctl "$act" "$unit"');
  expect(text.en).toMatch(/^unit=kubelet act=restart limit=2\n/);
  expect(note.en).toBe('on h, once, at most 4 s; then it must run, started anew');
  for (const unit of ['-H evil', '--host=x', '/etc/x', 'a b', '', '$(id)'])
    expect(Step.safeParse({ ...step('start'), unit }).success).toBe(false);
});
