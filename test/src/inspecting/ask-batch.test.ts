import { describe, expect, it } from 'vitest';
import { type ShellCommand, sh } from '../../../src/kit/index.ts';
import { askBatch } from '../../../src/inspecting/ask-batch.ts';
import { OUTPUT_CAP_BYTES } from '../../../src/inspecting/batch.ts';
import type { RemoteExec } from '../../../src/kit/targets.ts';
import { localExec } from '../../support/local-exec.ts';
import { host } from './estate.ts';

const here = host('h-1', 'app');
const itemsOf = (...commands: readonly ShellCommand[]) =>
  commands.map((command) => ({ command, timeoutSeconds: 20 }));

/** This machine, and every script that was sent to it. */
function counted(exec: RemoteExec = localExec()): RemoteExec & { readonly sent: readonly string[] } {
  const sent: string[] = [];
  return {
    sent,
    run(host, script, limits, signal) {
      sent.push(script);
      return exec.run(host, script, limits, signal);
    },
  };
}

describe('commands asked as one script', () => {
  it('are sent once when nothing disturbs them', async () => {
    const exec = counted();
    const { answers, whole } = await askBatch(here, itemsOf(sh`echo a`, sh`exit 3`), exec, 20);
    expect(answers).toMatchObject([
      { kind: 'answered', answer: { output: 'a\n', exitCode: 0 } },
      { kind: 'answered', answer: { output: '', exitCode: 3 } },
    ]);
    expect(whole.kind).toBe('answered');
    expect(exec.sent).toHaveLength(1);
  });

  it('go on without one that floods; what it printed first is kept', async () => {
    const exec = counted();
    const { answers } = await askBatch(
      here,
      itemsOf(sh`echo first`, sh`yes`, sh`echo third`, sh`yes 消息`, sh`echo last`),
      exec,
      20,
    );
    const flooded = { exitCode: null, truncated: true, timedOut: false };
    expect(answers).toMatchObject([
      { kind: 'answered', answer: { output: 'first\n', truncated: false } },
      { kind: 'answered', answer: flooded },
      { kind: 'answered', answer: { output: 'third\n', truncated: false } },
      { kind: 'answered', answer: flooded },
      { kind: 'answered', answer: { output: 'last\n', truncated: false } },
    ]);
    const yes = answers[1]?.kind === 'answered' ? answers[1].answer.output : '';
    expect(yes).toBe('y\n'.repeat(OUTPUT_CAP_BYTES / 2));
    expect(exec.sent).toHaveLength(3);
  });

  it('are asked again when another that ended left them no room', async () => {
    const items = itemsOf(sh`yes | head -c 300000; exit 4`, sh`echo a`, sh`echo b`);
    const { answers } = await askBatch(here, items, localExec(), 20);
    expect(answers).toMatchObject([
      { kind: 'answered', answer: { truncated: true } },
      { kind: 'answered', answer: { output: 'a\n' } },
      { kind: 'answered', answer: { output: 'b\n' } },
    ]);
  });

  it('go on without one that ends the script itself', async () => {
    const items = itemsOf(sh`echo a`, sh`echo b; kill -9 $$; sleep 1`, sh`echo c`);
    const { answers } = await askBatch(here, items, localExec(), 20);
    expect(answers).toMatchObject([
      { kind: 'answered', answer: { output: 'a\n' } },
      { kind: 'broken-off' },
      { kind: 'answered', answer: { output: 'c\n' } },
    ]);
  });

  it('have one time limit together', async () => {
    const { answers, whole } = await askBatch(
      here,
      itemsOf(sh`yes`, sh`sleep 20`, sh`echo c`),
      localExec(),
      5,
    );
    expect(answers).toMatchObject([
      { kind: 'answered', answer: { truncated: true } },
      { kind: 'broken-off' },
      { kind: 'not-begun' },
    ]);
    expect(whole).toMatchObject({ kind: 'no-answer', reason: 'timeout' });
  });

  it('are not asked again of a host that runs nothing, or that is gone', async () => {
    for (const exec of [counted(localExec(['false'])), counted(localExec(['sh', '-c', 'sleep 20']))]) {
      const { answers } = await askBatch(here, itemsOf(sh`echo a`, sh`echo b`), exec, 1);
      expect(answers).toEqual([{ kind: 'not-begun' }, { kind: 'not-begun' }]);
      expect(exec.sent).toHaveLength(1);
    }
  });
});
