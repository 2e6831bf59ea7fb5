import { appState } from '../app-state.ts';

/** Product versions whose answers differ. */
export type RegistryProfile = 'v5' | 'v6';

/** Version 5 elects its leader by raft, at a port of its own; version 6 does without. */
export const hasRaft = (profile: RegistryProfile): boolean => profile === 'v5';

/** What a node of the registry knows beyond what every host has. */
export interface RegistryTraits {
  /** The push switch, which the whole registry shares. */
  readonly pushStopped: boolean;
  /** How a meta node stands to the others: `lost` takes part in no election, `claims` neither, but calls itself leader. */
  readonly election: 'joins' | 'lost' | 'claims';
  readonly dataStatus: 'WORKING' | 'INITIAL';
  /** Whether a session node reached a data node when it started. */
  readonly dataConnected: boolean;
  readonly subscribers: number;
  readonly publishers: number;
  readonly watchers: number;
  /** Connections between registry nodes that break and come back, in a minute. */
  readonly lossesPerMinute: number;
  /** A data or session node that starts while push is open sends its clients empty lists. */
  readonly emptiesLists: boolean;
  /** Empty lists were pushed to the clients of a session node: most of them are gone, as its log tells. */
  readonly wasEmptied: boolean;
}

export const registry = appState<RegistryTraits>({
  pushStopped: false,
  election: 'joins',
  dataStatus: 'WORKING',
  dataConnected: true,
  subscribers: 1240,
  publishers: 862,
  watchers: 36,
  lossesPerMinute: 0,
  emptiesLists: false,
  wasEmptied: false,
});

/** Subscribers lose the addresses that they had; what a healthy registry counts is left to the fraction that came back. */
export const LEFT = { subscribers: 112, publishers: 78, watchers: 3 } as const;

export const META_PORTS = { session: 9610, data: 9611, meta: 9612, raft: 9614, http: 9615 } as const;
export const DATA_PORTS = { session: 9620, sync: 9621, http: 9622 } as const;
export const SESSION_PORTS = { client: 9600, sync: 9601, console: 9602, http: 9603 } as const;

export const LOGS = '/home/admin/logs/registry';
