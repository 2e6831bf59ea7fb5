import type { Estate } from './estate.ts';
import { appNamed, peersOf } from './requirement.ts';
import type { Condition } from './steps/condition.ts';

/** Which host is about to be touched, and by which checks its peers count as well. */
export interface Guarded {
  readonly app: string;
  readonly target: string;
  /** The system whose inspection has the checks; that of the app unless set. */
  readonly system?: string;
  readonly checks: readonly [string, ...string[]];
}

type Quorum = Extract<Condition, { kind: 'quorum' }>;

/**
 * At least half of the app's hosts in the target's site are well without the target; of a pair that is the other one. A target that is red
 * itself may always be touched. The only host of its site may be touched only then, unless `alone` says that the app may be down meanwhile.
 */
export function keepHalf(
  estate: Pick<Estate, 'apps' | 'hosts'>,
  guarded: Guarded & { readonly alone?: 'may-be-down' },
): readonly Quorum[] {
  const peers = peersOf(estate, guarded.app, guarded.target, 'site');
  if (peers.length === 0 && guarded.alone === 'may-be-down') return [];
  return [
    {
      ...quorumOf(estate, guarded, peers, Math.ceil((peers.length + 1) / 2)),
      unlessRed: guarded.target,
    },
  ];
}

/** More than half of the app's hosts in the target's site are well without the target, also when that is red itself: for nodes that agree on something or share data. */
export function moreThanHalf(estate: Pick<Estate, 'apps' | 'hosts'>, guarded: Guarded): readonly Quorum[] {
  const peers = peersOf(estate, guarded.app, guarded.target, 'site');
  return [quorumOf(estate, guarded, peers, Math.floor((peers.length + 1) / 2) + 1)];
}

function quorumOf(
  estate: Pick<Estate, 'apps'>,
  { app, system, checks }: Guarded,
  hosts: readonly string[],
  needs: number,
): Quorum {
  return { kind: 'quorum', needs, hosts, system: system ?? appNamed(estate, app).system, checks };
}
