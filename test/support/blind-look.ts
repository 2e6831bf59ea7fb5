import type { Look } from '../../src/kit/index.ts';
import { estateOf } from './estates.ts';

/** Eyes that see nothing but what is given: whoever looks elsewhere fails. */
export function lookOf(over: Partial<Look>): Look {
  const blind = (name: string) => () => Promise.reject(new Error(`look.${name} is not given`));
  return {
    estate: estateOf(),
    sql: blind('sql'),
    checks: blind('checks'),
    shell: blind('shell'),
    page: blind('page'),
    log: blind('log'),
    containers: blind('containers'),
    pause: async () => undefined,
    ...over,
  };
}
