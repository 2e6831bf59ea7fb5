import { BLOCKED, DEAD, HEALTHY_SIBLING, MOVING, renumber, STUCK } from '../orders/sample-orders.ts';
import type { Flow } from '../orders/flow.ts';
import { finishOrder, putOrder, type ReleaseOrder, removeOrder } from '../orders/order.ts';
import type { OrderDatabase } from '../orders/schema.ts';
import { type Fault, hostFault } from './fault.ts';

/** Release orders that do not get on, and some that only look like it; and what ails the apps themselves. */
export const FAULTS: readonly Fault[] = [
  hostFault({
    id: 'deps-app-unhealthy',
    title: { en: 'A release app fails its health check', zh: '发布部署应用健康检查未通过' },
    rows: ['DEPS-C11', 'DEPS-C12', 'DEPS-C13'],
    apps: ['apopswareapiserver', 'acopswareorchestration', 'acopswareexecutor'],
    usual: 'acopswareexecutor',
    mendedByRestart: true,
    change: (now) => ({ ...now, failedComponent: 'rpcService' }),
  }),
  {
    id: 'order-stuck',
    on: 'order',
    title: { en: 'A release order is stuck', zh: '发布单卡住' },
    rows: ['DEPS-F06', 'DEPS-P02', 'DEPS-C21'],
    usual: STUCK.no,
    apply: (database, flow, no) => begin(database, flow, renumber(STUCK, no), false),
    mend: (database, flow, no) => finish(database, flow, renumber(STUCK, no)),
  },
  {
    id: 'order-blocked',
    on: 'order',
    title: { en: 'A dead order blocks another by its locks', zh: '已失效的发布单持有互斥锁，阻塞其他发布单' },
    rows: ['DEPS-F05'],
    usual: DEAD.no,
    async apply(database, flow, no) {
      const dead = renumber(DEAD, no);
      await begin(database, flow, dead, false);
      await begin(database, flow, blockedBy(dead), false);
    },
    async mend(database, flow, no) {
      const dead = renumber(DEAD, no);
      await finish(database, flow, dead);
      await finish(database, flow, blockedBy(dead));
    },
  },
  {
    id: 'order-moving',
    on: 'order',
    title: { en: 'A release order runs as it should', zh: '发布单正常执行中' },
    rows: ['DEPS-C21'],
    usual: MOVING.no,
    apply: (database, flow, no) => begin(database, flow, renumber(MOVING, no), true),
    mend: (database, flow, no) => finish(database, flow, renumber(MOVING, no)),
  },
  {
    id: 'lock-of-another-order',
    on: 'order',
    title: {
      en: 'A running order holds a lock on a target of the dead order',
      zh: '另一个执行中的发布单持有同一目标的锁',
    },
    rows: ['DEPS-F05'],
    usual: 'r1_201905071015320',
    apply: (database, flow, no) => begin(database, flow, intruder(no), true),
    async mend(database, flow, no) {
      flow.forget({ no });
      await removeOrder(database, intruder(no));
    },
  },
];

async function begin(
  database: OrderDatabase,
  flow: Flow,
  order: ReleaseOrder,
  moves: boolean,
): Promise<void> {
  flow.forget(order);
  await putOrder(database, order);
  flow.take(order, moves);
}

async function finish(database: OrderDatabase, flow: Flow, order: ReleaseOrder): Promise<void> {
  flow.forget(order);
  await finishOrder(database, order);
}

const blockedBy = (dead: ReleaseOrder): ReleaseOrder => {
  const order = dead.no === DEAD.no ? BLOCKED : renumber(BLOCKED, `${dead.no}1`);
  return {
    ...order,
    targets: order.targets.map((target) => ({ ...target, ref: dead.targets[0]?.ref ?? target.ref })),
  };
};

/** Holds a lock on what the dead order controls too. Deleting by target alone would take its lock away. */
function intruder(no: string): ReleaseOrder {
  const order = renumber({ ...HEALTHY_SIBLING, rootId: '0000000012230000' }, no);
  return {
    ...order,
    name: 'pay-gateway-config 1.1.0',
    targets: order.targets.map((target) => ({ ...target, ref: DEAD.targets[1]?.ref ?? target.ref })),
  };
}
