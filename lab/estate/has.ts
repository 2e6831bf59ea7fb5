import { appState } from './app-state.ts';

/** AppState that hosts of the HA platform have beside those of every host. */
export interface HasTraits {
  /** Whether the app asks IAM who somebody is; closed in an emergency. */
  readonly asksIam: boolean;
  /** The switch answers with an error and changes nothing. */
  readonly refusesSwitch: boolean;
  /** Under which letters IAM is opened again. */
  readonly openWord: 'printed' | 'otherwise';
}

export const has = appState<HasTraits>({ asksIam: true, refusesSwitch: false, openWord: 'printed' });
