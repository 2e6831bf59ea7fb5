import { words, type Scope, type Words } from '../../kit/index.ts';
import type { Run } from '../../runs/run.ts';
import { W } from './words.ts';

export type NameOf = (id: string) => Words;

export function scopeName(scope: Scope, name: NameOf): Words {
  if (scope.kind === 'all') return W.everything;
  const names = scope.ids.map(name);
  return words(names.map(({ en }) => en).join(', '), names.map(({ zh }) => zh).join('、'));
}

/** What the run is about, in a few words. */
export function subjectOf(run: Run, name: NameOf): Words {
  switch (run.ask.kind) {
    case 'inspect': {
      const scope = scopeName(run.ask.scope, name);
      return words(
        `${W.inspection.en} of ${scope.en}`,
        `${scope.zh}${/[\x21-\x7e]$/.test(scope.zh) ? ' ' : ''}${W.inspection.zh}`,
      );
    }
    case 'change':
      return run.plan?.title ?? words(run.typed, run.typed);
    case 'rollback':
      return run.plan?.title ?? words('Put back', '恢复');
    default:
      return run.ask satisfies never;
  }
}
