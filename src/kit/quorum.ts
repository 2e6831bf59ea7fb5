import type { Estate } from './estate.ts';
import { appNamed, peersOf } from './requirement.ts';
import type { Condition } from './steps/condition.ts';

/** Which host is about to be touched, and by which checks its peers count as well. */
export interface Guarded {
  readonly app: string;
  readonly target: string;
  /** The system whose inspection has the checks; that of the app unless set. */
  readonly system?: string;
  readonly checks: readonly string[];
  /** Its peers; unless set those of its site, and those everywhere of the only one there. */
  readonly within?: 'app' | 'site';
}

export type Quorum = Extract<Condition, { kind: 'quorum' }>;

/**
 * At least half of the app's hosts in the target's site are well without the target; of a pair that is the other one, wherever it stands.
 * A target that is red itself may always be touched, unless `alsoRed` says that the others must be well then, too. The only host of the
 * app may be touched only when it is red, unless `alone` says that the app may be down meanwhile.
 */
export function keepHalf(
  estate: Pick<Estate, 'apps' | 'hosts'>,
  guarded: Guarded & { readonly alone?: 'may-be-down'; readonly alsoRed?: true },
): readonly Quorum[] {
  const near = peersOf(estate, guarded);
  const isOnlyOne = near.length === 0 && guarded.within === undefined;
  const peers = isOnlyOne ? peersOf(estate, { ...guarded, within: 'app' }) : near;
  if (peers.length === 0 && guarded.alone === 'may-be-down') return [];
  const half = quorumOf(estate, guarded, peers, Math.ceil((peers.length + 1) / 2));
  return [guarded.alsoRed ? half : { ...half, unlessRed: guarded.target }];
}

/** More than half of the app's hosts in the target's site are well without the target, also when that is red itself: for nodes that agree on something or share data. */
export function moreThanHalf(estate: Pick<Estate, 'apps' | 'hosts'>, guarded: Guarded): readonly Quorum[] {
  const peers = peersOf(estate, guarded);
  return [quorumOf(estate, guarded, peers, Math.floor((peers.length + 1) / 2) + 1)];
}

/**
 * Whether a quorum would hold when its turn comes, by what was seen while planning: for the preview, the condition itself is asked anew. Hosts
 * that are down and touched before in the same plan count: the plan goes on only when they are back.
 */
export function wouldHold(
  { needs, hosts, unlessRed }: Quorum,
  seen: {
    readonly isWell: (host: string) => boolean;
    readonly isRed: (host: string) => boolean;
    readonly before: readonly string[];
  },
): { readonly holds: boolean; readonly well: number } {
  const well = hosts.filter((host) => seen.isWell(host) || (seen.isRed(host) && seen.before.includes(host)));
  const isFree = unlessRed !== undefined && seen.isRed(unlessRed);
  return { holds: isFree || well.length >= needs, well: well.length };
}

function quorumOf(
  estate: Pick<Estate, 'apps'>,
  { app, system, checks }: Guarded,
  hosts: readonly string[],
  needs: number,
): Quorum {
  return { kind: 'quorum', needs, hosts, system: system ?? appNamed(estate, app).system, checks };
}
