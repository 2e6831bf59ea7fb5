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
  if (run.schedule) return words(run.schedule.name, run.schedule.name);
  switch (run.ask.kind) {
    case 'inspect':
      return inspectionOf(run.ask.scope, name);
    case 'change':
      return run.plan?.title ?? words(run.typed, run.typed);
    case 'rollback':
      return run.plan?.title ?? words('Roll back', '回滚');
    default:
      return run.ask satisfies never;
  }
}

function inspectionOf(scope: Scope, name: NameOf): Words {
  if (scope.kind === 'all') return W.inspectionOfAll;
  const { en, zh } = scopeName(scope, name);
  return words(
    scope.ids.length === 1 ? `${en} ${W.inspection.en.toLowerCase()}` : `${W.inspection.en} of ${en}`,
    `${zh}${/[\x21-\x7e]$/.test(zh) ? ' ' : ''}${W.inspection.zh}`,
  );
}
