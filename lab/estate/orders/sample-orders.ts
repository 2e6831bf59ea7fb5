import { createHash } from 'node:crypto';
import type { ReleaseOrder } from './order.ts';

const BILLING = '0038548210';
const PAYMENT = '0038548377';

/** Its two machines wait for a signal that never came. */
export const STUCK: ReleaseOrder = {
  no: 'r1_201905060583197',
  name: 'billing-core 1.8.2',
  planId: '0000000000583197',
  rootId: '0000000012190480',
  nodeId: '0000000012190487',
  namespace: BILLING,
  processInstanceId: '10390847',
  targets: [{ nodeId: '0000000012190431', ref: 'app-service:billing-core' }],
  tasks: [
    { nodeId: '0000000012190439', executionId: '10382305', host: '10.66.20.41' },
    { nodeId: '0000000012190441', executionId: '10382311', host: '10.66.20.42' },
  ],
  holdsLocks: true,
  status: 'RUNNING',
};

/** Nothing of its flow runs any more, and yet it holds two locks. */
export const DEAD: ReleaseOrder = {
  no: 'CNHZ_58201812212200583197',
  name: 'pay-gateway 3.2.0',
  planId: '0000000000412207',
  rootId: '0000000010949638',
  nodeId: '0000000010949636',
  namespace: PAYMENT,
  processInstanceId: '10301177',
  targets: [
    { nodeId: '0000000010949640', ref: 'app-service:pay-gateway' },
    { nodeId: '0000000010949641', ref: 'server-group:pay-gateway-a' },
  ],
  tasks: [],
  holdsLocks: true,
  status: 'RUNNING',
};

/** Waits for one of the targets that the dead order holds. */
export const BLOCKED: ReleaseOrder = {
  no: 'r1_201905070600112',
  name: 'pay-gateway 3.2.1',
  planId: '0000000000600112',
  rootId: '0000000012200301',
  nodeId: '0000000012200306',
  namespace: PAYMENT,
  processInstanceId: '10392210',
  targets: [{ nodeId: '0000000012200311', ref: 'app-service:pay-gateway' }],
  tasks: [{ nodeId: '0000000012200321', executionId: '10392230', host: '10.66.20.51' }],
  holdsLocks: false,
  status: 'BLOCKED',
};

/** Runs as it should. Shares its root with the dead order, so a path cut too short would reach its lock. */
export const HEALTHY_SIBLING: ReleaseOrder = {
  no: 'r1_201905070811094',
  name: 'pay-settle 2.0.4',
  planId: '0000000000811094',
  rootId: DEAD.rootId,
  nodeId: '0000000010949637',
  namespace: PAYMENT,
  processInstanceId: '10393300',
  targets: [{ nodeId: '0000000010949651', ref: 'app-service:pay-gateway-settle' }],
  tasks: [{ nodeId: '0000000010949655', executionId: '10393312', host: '10.66.20.61' }],
  holdsLocks: true,
  status: 'RUNNING',
};

export const MOVING: ReleaseOrder = {
  no: 'r1_201905070930555',
  name: 'billing-batch 4.1.0',
  planId: '0000000000930555',
  rootId: '0000000012210900',
  nodeId: '0000000012210907',
  namespace: BILLING,
  processInstanceId: '10394401',
  targets: [{ nodeId: '0000000012210911', ref: 'app-service:billing-batch' }],
  tasks: [
    { nodeId: '0000000012210921', executionId: '10394420', host: '10.66.20.71' },
    { nodeId: '0000000012210922', executionId: '10394421', host: '10.66.20.72' },
    { nodeId: '0000000012210923', executionId: '10394422', host: '10.66.20.73' },
  ],
  holdsLocks: true,
  status: 'RUNNING',
};

export const FINISHED: ReleaseOrder = {
  ...MOVING,
  no: 'r1_201905050214633',
  name: 'billing-core 1.8.1',
  planId: '0000000000214633',
  rootId: '0000000012090101',
  nodeId: '0000000012090107',
  processInstanceId: '10380090',
  targets: [{ nodeId: '0000000012090111', ref: 'app-service:billing-core' }],
  tasks: [],
  holdsLocks: false,
  status: 'SUCCESS',
};

/** The same story under another number, with ids that follow from the number. */
export function renumber(order: ReleaseOrder, no: string): ReleaseOrder {
  if (no === order.no) return order;
  let next = Number.parseInt(createHash('md5').update(no).digest('hex').slice(0, 7), 16);
  const id = (): string => String(20_000_000 + (next++ % 70_000_000)).padStart(16, '0');
  const number = (): string => String(Number(id()));
  return {
    ...order,
    no,
    planId: id(),
    rootId: id(),
    nodeId: id(),
    processInstanceId: number(),
    targets: order.targets.map(({ ref }) => ({ nodeId: id(), ref: `${ref}:${no}` })),
    tasks: order.tasks.map(({ host }) => ({ nodeId: id(), executionId: number(), host })),
  };
}
