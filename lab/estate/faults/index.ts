import { found, isObject } from '../found.ts';
import type { Fault } from './fault.ts';
import { FAULTS as ANYWHERE } from './general.ts';

/** Every fault the practice estate can have: those that can happen anywhere, then those of each file of this folder. */
export const FAULTS: readonly Fault[] = [
  ...ANYWHERE,
  ...(await found(new URL('.', import.meta.url), {
    name: 'FAULTS',
    isKind: isFault,
    except: ['index', 'fault', 'general'],
  })),
];

export type { ActiveFault, Fault, HostFault, OrderFault } from './fault.ts';

/** What the compiler has let pass as a fault. */
function isFault(value: unknown): value is Fault {
  return (
    isObject(value) && typeof value['id'] === 'string' && (value['on'] === 'host' || value['on'] === 'order')
  );
}
