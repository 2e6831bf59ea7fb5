import {
  arg,
  args,
  definePlaybook,
  type Look,
  plural,
  refuse,
  type Row,
  sql,
  words,
} from '../../src/kit/index.ts';
import { platformWell } from './environment.ts';
import { activeTasks, findNode, isNode, type OrderNode } from './order.ts';

/** Rows one plan may delete; more is not a forgotten lock. */
const MOST_LOCKS = 5;
/** `("0000000010949638","0000000010949636")`: two to sixteen ids of sixteen digits. Anything else would widen the LIKE. */
const NODE_PATH = /^\("\d{16}"(,"\d{16}"){1,15}\)$/;
const ORDER_NO = /^[A-Za-z0-9]{1,16}_\d{10,25}$/;

interface HeldLocks {
  readonly order: string;
  readonly nodeId: string;
  readonly nodePath: string;
  readonly key: readonly [string, ...string[]];
  readonly locks: readonly Row[];
  /** Orders that hold further locks on the same targets; theirs stay. */
  readonly others: readonly string[];
  /** Whether the table has a column that names the holder. */
  readonly holderKnown: boolean;
}

export default definePlaybook({
  name: 'release-locks',
  system: 'DEPS',
  title: words('Delete the control locks of a dead release order', '删除已失效发布单的互斥锁'),
  rows: ['DEPS-F05'],
  looksAt: ['DEPS-C18', 'DEPS-C19', 'DEPS-C21'],
  clause: { document: '001', section: '2.5' },
  risk: 'dangerous',
  args: args({ order: arg.order() }),
  examples: [{ order: 'CNHZ_58201812212200583197' }],
  requires: platformWell,

  async observe({ order }, look) {
    const node = await findNode(order, 'DEPS-C19', look);
    if (!isNode(node)) return node;
    if (!NODE_PATH.test(node.nodePath)) {
      return refuse(
        'unsafe',
        words(
          `The path of node ${node.nodeId} is "${node.nodePath}", not of the documented form. Deleting by it could free the locks of other orders; nothing is done.`,
          `节点 ${node.nodeId} 的路径为“${node.nodePath}”，不是手册中的形式。按它删除可能释放其他发布单的锁，未做任何操作。`,
        ),
      );
    }
    const wanted = await locksUnder(node.nodePath, look);
    if (wanted.length === 0)
      return refuse(
        'not-needed',
        words(
          `Order ${order} holds no control lock: it blocks nobody.`,
          `发布单 ${order} 没有持有互斥锁，不会阻塞其他发布单。`,
        ),
      );

    const owned = wanted.map((row) => ({ row, holder: holderOf(row, order, node) }));
    const others = [
      ...new Set(owned.flatMap(({ holder }) => (holder.kind === 'other' ? [holder.name] : []))),
    ];
    const locks = owned.filter(({ holder }) => holder.kind !== 'other').map(({ row }) => row);
    if (locks.length === 0) return blockedBy(order, others);

    const running = await activeTasks(node.processInstanceId, look);
    if (running.length > 0) {
      return refuse(
        'not-needed',
        words(
          `Order ${order} holds ${plural(locks.length, 'lock')}, but its flow still has ${plural(running.length, 'active task')}. The manual says to complete the order first.`,
          `发布单 ${order} 持有 ${locks.length} 个锁，但流程中仍有 ${running.length} 个活动任务。手册要求先尝试完成该发布单。`,
        ),
      );
    }
    if (locks.length > MOST_LOCKS) {
      return refuse(
        'unsafe',
        words(
          `${locks.length} locks would be deleted; Fettle deletes ${MOST_LOCKS} at most. Nothing is done; give this to the release platform's developers.`,
          `将要删除 ${locks.length} 个锁，Fettle 最多删除 ${MOST_LOCKS} 个。未做任何操作，请联系发布平台研发。`,
        ),
      );
    }
    const [first, ...rest] = await primaryKey(look);
    if (first === undefined) {
      return refuse(
        'unsafe',
        words(
          'control_lock has no primary key, so the rows shown cannot be told from others. Nothing is done.',
          'control_lock 没有主键，无法准确定位所展示的行。未做任何操作。',
        ),
      );
    }
    return {
      applies: true,
      because: words(
        `Forgotten locks: order ${order} holds ${plural(locks.length, 'control lock')}, and no task of its flow is active.`,
        `遗留的锁：发布单 ${order} 仍持有 ${locks.length} 个互斥锁，而其流程已没有活动任务。`,
      ),
      facts: {
        order,
        nodeId: node.nodeId,
        nodePath: node.nodePath,
        key: [first, ...rest],
        locks,
        others,
        holderKnown: owned.every(({ holder }) => holder.kind !== 'unnamed'),
      } satisfies HeldLocks,
    };
  },

  warning: ({ order, others, holderKnown }) => {
    const left = others.length > 0 ? ` Locks of ${others.join(', ')} on the same targets stay.` : '';
    const leftZh = others.length > 0 ? `同一目标上 ${others.join('、')} 持有的锁保持不动。` : '';
    const unnamed = holderKnown
      ? ''
      : ' The table does not name the holder of a lock: compare the rows with the release page.';
    const unnamedZh = holderKnown ? '' : '锁表没有记录持有者，请对照发布页面核对各行。';
    return words(
      `Confirm only if ${order} itself cannot be completed on its release page. Its locks are what keeps two releases apart.${left}${unnamed}`,
      `仅当 ${order} 在发布页面上确实无法完成时才可确认。互斥锁用于避免两个发布单同时操作。${leftZh}${unnamedZh}`,
    );
  },

  steps: ({ key, locks, order }) => [
    {
      kind: 'delete-rows',
      title: words(
        `Delete ${plural(locks.length, 'control lock')} of ${order}`,
        `删除 ${order} 的 ${locks.length} 个互斥锁`,
      ),
      database: 'opswareorchestration',
      table: 'control_lock',
      key,
      rows: locks,
    },
  ],

  verify: ({ nodePath, key, locks }) => [
    {
      title: words('The deleted locks are gone', '已删除的锁不再存在'),
      row: 'DEPS-F05',
      withinSeconds: 10,
      look: async (look) => {
        const now = await locksUnder(nodePath, look);
        const left = now.filter((row) =>
          locks.some((lock) => key.every((column) => lock[column] === row[column])),
        );
        return left.length === 0
          ? {
              state: 'ok',
              says: words('None of the deleted locks is in the table.', '锁表中已没有被删除的锁。'),
            }
          : {
              state: 'critical',
              says: words(`${plural(left.length, 'lock')} still there.`, `仍有 ${left.length} 个锁存在。`),
            };
      },
    },
  ],

  rollback: ({ key, locks, order }) => [
    {
      kind: 'insert-rows',
      title: words(
        `Put ${plural(locks.length, 'control lock')} of ${order} back`,
        `恢复 ${order} 的 ${locks.length} 个互斥锁`,
      ),
      database: 'opswareorchestration',
      table: 'control_lock',
      key,
      rows: locks,
    },
  ],
});

/** The documented look-up: LIKE on the path without its closing bracket, wildcards escaped. It finds, it never deletes. */
function locksUnder(nodePath: string, look: Look<'DEPS-F05'>): Promise<readonly Row[]> {
  const pattern = `${nodePath.slice(0, -1).replace(/[!%_]/g, '!$&')}%`;
  return look.sql({
    title: words('Locks on what the order controls', '发布单所控制目标上的锁'),
    row: 'DEPS-F05',
    database: 'opswareorchestration',
    query: sql`select * from control_lock where target in (select exclusive_control_ref from ops_action_node
      where node_path like ${pattern} escape '!' and exclusive_control_ref is not null)`,
  });
}

async function primaryKey(look: Look<'DEPS-F05'>): Promise<readonly string[]> {
  const columns = await look.sql({
    title: words('Primary key of the lock table', '锁表的主键'),
    row: 'DEPS-F05',
    database: 'opswareorchestration',
    query: sql`select column_name as name from information_schema.key_column_usage
      where table_schema = database() and table_name = 'control_lock' and constraint_name = 'PRIMARY' order by ordinal_position`,
  });
  return columns.map((row) => row['name'] ?? '');
}

type Holder =
  | { readonly kind: 'this' }
  | { readonly kind: 'other'; readonly name: string }
  | { readonly kind: 'unnamed' };

/** Who holds a lock, from whichever column says so: an order number, the plan's id, a node or a node path. The manual documents none of them. */
function holderOf(row: Row, order: string, node: OrderNode): Holder {
  let mine = false;
  const others: string[] = [];
  for (const [column, value] of Object.entries(row)) {
    if (value === null || value === '' || column === 'target') continue;
    const known = ORDER_NO.test(value) ? value === order : matchesNode(column, value, node);
    if (known === false) others.push(ORDER_NO.test(value) ? value : `${column} ${value}`);
    if (known === true) mine = true;
  }
  // An order number can be typed; an id would have to be looked up first.
  const name = others.find((each) => ORDER_NO.test(each)) ?? others[0];
  if (name !== undefined) return { kind: 'other', name };
  return mine ? { kind: 'this' } : { kind: 'unnamed' };
}

function matchesNode(column: string, value: string, { nodePath, planId }: OrderNode): boolean | undefined {
  if (/plan_?id$/i.test(column)) return value === planId;
  if (/node_?path$/i.test(column)) return value === nodePath || value.startsWith(`${nodePath.slice(0, -1)},`);
  return undefined;
}

function blockedBy(order: string, others: readonly string[]): ReturnType<typeof refuse> {
  const orders = others.filter((name) => ORDER_NO.test(name));
  return refuse(
    'not-needed',
    words(
      `Order ${order} holds no lock itself: it is blocked by ${others.join(', ')}. The number to give is the blocking order's.`,
      `发布单 ${order} 自身没有持有锁，它被 ${others.join('、')} 阻塞。请输入造成阻塞的发布单号。`,
    ),
    orders.map((name) => ({
      title: words('The blocking order', '造成阻塞的发布单'),
      command: `/unstick ${name}`,
    })),
  );
}
