import { BROKER_FAULTS } from './broker.ts';
import { CONNECTION_FAULTS } from './connections.ts';
import type { Fault } from './fault.ts';
import { ORDER_FAULTS } from './orders.ts';
import { PROCESS_FAULTS } from './processes.ts';
import { RESOURCE_FAULTS } from './resources.ts';

/** Every fault the practice estate can have. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...BROKER_FAULTS,
  ...CONNECTION_FAULTS,
  ...RESOURCE_FAULTS,
  ...ORDER_FAULTS,
];

export type { Fault, HostFault, OrderFault } from './fault.ts';
