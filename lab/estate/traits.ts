import type { Conditions } from './conditions.ts';

/** What apps say about a host beyond what every host has, the newest word outside. */
export interface TraitSet {
  readonly value: object;
  readonly before: TraitSet | null;
}

/** What only one app knows about its hosts. Faults change it; its log lines, answers and commands read it. */
export interface Traits<Value extends object> {
  readonly of: (now: Pick<Conditions, 'traits'>) => Value;
  readonly with: (now: Conditions, part: Partial<Value>) => Conditions;
}

/** Declares traits with the values of a healthy host. Each call makes traits of its own. */
export function traits<Value extends object>(healthy: Value): Traits<Value> {
  const said = new WeakMap<TraitSet, Value>();
  const of = ({ traits: newest }: Pick<Conditions, 'traits'>): Value => {
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
      const set: TraitSet = { value, before: now.traits };
      said.set(set, value);
      return { ...now, traits: set };
    },
  };
}
