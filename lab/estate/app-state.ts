import type { AppStateSet, Conditions } from './conditions.ts';

/** The state of hosts that only one app knows. Faults change it; its log lines, answers and commands read it. */
export interface AppState<Value extends object> {
  readonly of: (now: Pick<Conditions, 'appState'>) => Value;
  readonly with: (now: Conditions, part: Partial<Value>) => Conditions;
}

/** Declares the state of one app with the values of a healthy host. Each call makes a state of its own. */
export function appState<Value extends object>(healthy: Value): AppState<Value> {
  const said = new WeakMap<AppStateSet, Value>();
  const of = ({ appState: newest }: Pick<Conditions, 'appState'>): Value => {
    for (let set = newest; set; set = set.before) {
      const value = said.get(set);
      if (value) return value;
    }
    return healthy;
  };
  return {
    of,
    with(now, part) {
      const value = { ...of(now), ...part };
      const set: AppStateSet = { value, before: now.appState };
      said.set(set, value);
      return { ...now, appState: set };
    },
  };
}
