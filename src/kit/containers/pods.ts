import type { ContainerPlace } from '../estate.ts';
import type { Permit } from '../permit.ts';
import type { ContainerState } from './state.ts';

/** One start of a pod: a pod of the same name with another uid is another one. */
export interface PodStart {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export type PodSeen =
  | {
      readonly kind: 'seen';
      readonly state: ContainerState;
      /** Its phase, and why a container of it waits or has ended. */
      readonly status: string;
      readonly pod?: PodStart;
      /** Seconds since it was made, by the cluster's clock alone. */
      readonly ageSeconds?: number;
    }
  | { readonly kind: 'not-seen'; readonly detail: string };

/** A change of how many pods a workload has. */
export interface Scaling {
  readonly namespace: string;
  readonly workload: { readonly kind: 'deployment' | 'statefulset'; readonly name: string };
  readonly from: number;
  readonly to: number;
}

/** `refused`: certainly nothing was changed. */
export interface PodAnswer {
  readonly kind: 'done' | 'refused' | 'fenced' | 'unknown';
  readonly detail: string;
}

/** `never`: it did not happen, and now it cannot. */
export interface PodLook {
  readonly kind: 'happened' | 'never' | 'no-answer';
  readonly detail: string;
}

/**
 * The pods of a cluster. An effect is bound to the version of the object that was read directly before `permit` was asked; a look
 * gives the object another version first, so that an effect under way is refused by the cluster. Never throws for what a cluster does.
 */
export interface Pods {
  readonly see: (
    place: Extract<ContainerPlace, { adapter: 'kubernetes' }>,
    address: string,
  ) => Promise<PodSeen>;
  /** How many pods the workload is to have. */
  readonly replicas: (workload: Pick<Scaling, 'namespace' | 'workload'>) => Promise<number | undefined>;
  readonly delete: (pod: PodStart, permit: Permit) => Promise<PodAnswer>;
  readonly lookAtDelete: (pod: PodStart, runId: string) => Promise<PodLook>;
  readonly scale: (scaling: Scaling, permit: Permit) => Promise<PodAnswer>;
  readonly lookAtScale: (scaling: Scaling, runId: string) => Promise<PodLook>;
}
