import type { RowDataPacket } from 'mysql2';
import { finishOrder, type ReleaseOrder, setStatus, takeLocks } from './order.ts';
import type { OrderDatabase } from './schema.ts';

/** A signal as it arrived, and what came of it. */
export interface Signal {
  /** ISO 8601. */
  readonly at: string;
  readonly host: string;
  readonly executionId: string;
  readonly namespace: string;
  readonly nodeId: string;
  readonly condition: number;
  readonly accepted: boolean;
  readonly says: string;
}

export type SignalRequest = Pick<Signal, 'executionId' | 'namespace' | 'nodeId' | 'condition'>;

interface Walk {
  readonly order: ReleaseOrder;
  readonly host: string;
  /** Moves left until the task is done; endless for an order that only moves. */
  left: number;
}

/** Steps a released machine goes through after a signal, as the executor sends them. */
const COMMANDS = ['/home/admin/bin/deploy_v2.py', '/home/admin/bin/checkapp_v2.py'];

/**
 * The flow engine of the release platform: takes signals, moves executions, lets a blocked order go on when its targets
 * are free. The rows are the truth for whoever looks; what moves on its own is known here.
 */
export class Flow {
  readonly #database: OrderDatabase;
  readonly #tell: (text: string) => void;
  readonly #walks = new Map<string, Walk>();
  readonly #orders = new Map<string, ReleaseOrder>();
  readonly #blocked = new Map<string, ReleaseOrder>();
  readonly #signals: Signal[] = [];

  /** `tell` writes a line into the engine's log. */
  constructor(database: OrderDatabase, tell: (text: string) => void) {
    this.#database = database;
    this.#tell = tell;
  }

  get signals(): readonly Signal[] {
    return [...this.#signals];
  }

  /** Orders the engine knows, for the release page. */
  get orders(): readonly ReleaseOrder[] {
    return [...this.#orders.values()];
  }

  /** Takes an order that is already in the databases. `moves`: its executions advance by themselves without end. */
  take(order: ReleaseOrder, moves: boolean): void {
    this.forget(order);
    this.#orders.set(order.no, order);
    if (order.status === 'BLOCKED') this.#blocked.set(order.no, order);
    if (!moves) return;
    for (const { executionId, host } of order.tasks) {
      this.#walks.set(executionId, { order, host, left: Number.POSITIVE_INFINITY });
    }
  }

  forget({ no }: Pick<ReleaseOrder, 'no'>): void {
    for (const [id, walk] of this.#walks) if (walk.order.no === no) this.#walks.delete(id);
    this.#blocked.delete(no);
    this.#orders.delete(no);
  }

  /** Wakes the task that waits for exactly this signal. A task that is gone, moves, or waits under other ids refuses it. */
  async signal(host: string, request: SignalRequest): Promise<Signal> {
    const refused = await this.#wake(request);
    const signal: Signal = {
      at: new Date().toISOString(),
      host,
      ...request,
      accepted: refused === undefined,
      says: refused ?? 'the task starts again',
    };
    this.#signals.push(signal);
    this.#tell(
      ` ${signal.accepted ? 'INFO ' : 'WARN '} [http-8341] OrchSignalController - signal executionId=${request.executionId} namespace=${request.namespace} nodeId=${request.nodeId} condition=${request.condition}: ${signal.says}`,
    );
    return signal;
  }

  /** One beat of the engine: every moving execution makes one move, every blocked order looks whether it can go on. */
  async beat(): Promise<void> {
    for (const [executionId, walk] of this.#walks) await this.#move(executionId, walk);
    for (const order of this.#blocked.values()) await this.#tryToGoOn(order);
  }

  async #wake(request: SignalRequest): Promise<string | undefined> {
    const { executionId, namespace, nodeId, condition } = request;
    if (condition !== 0) return `condition ${condition} is not known`;
    const { orchestration, pool } = this.#database;
    const [rows] = await pool.execute<RowDataPacket[]>(
      `select n.namespace, n.process_instance_id from \`${orchestration}\`.act_ru_execution e
       join \`${orchestration}\`.ops_action_node n on n.id = ? and n.process_instance_id = e.PROC_INST_ID_
       where e.ID_ = ? and e.ACT_ID_ = ? and e.IS_ACTIVE_ = 1`,
      [nodeId, executionId, `_${nodeId}_w`],
    );
    // Looked at after the last wait: of two signals at the same moment only one finds the task waiting.
    if (this.#walks.has(executionId)) return `execution ${executionId} does not wait for a signal`;
    const found = rows[0];
    if (!found) return `no active execution ${executionId} at node ${nodeId}`;
    if (found['namespace'] !== namespace) return `node ${nodeId} is not in namespace ${namespace}`;
    const order = [...this.#orders.values()].find(
      ({ processInstanceId }) => processInstanceId === found['process_instance_id'],
    );
    if (!order) return `process of execution ${executionId} has ended`;
    const machine = order.tasks.find((task) => task.executionId === executionId)?.host ?? '';
    const walk = { order, host: machine, left: COMMANDS.length };
    this.#walks.set(executionId, walk);
    await this.#advance(executionId, walk);
    return undefined;
  }

  async #move(executionId: string, walk: Walk): Promise<void> {
    if (walk.left > 0) return this.#advance(executionId, walk);
    const { orchestration, pool } = this.#database;
    this.#walks.delete(executionId);
    await pool.execute(`delete from \`${orchestration}\`.act_ru_execution where ID_ = ?`, [executionId]);
    const [rows] = await pool.execute<RowDataPacket[]>(
      `select count(*) as tasks from \`${orchestration}\`.act_ru_execution where PROC_INST_ID_ = ? and PARENT_ID_ is not null`,
      [walk.order.processInstanceId],
    );
    if (Number(rows[0]?.['tasks']) > 0) return;
    await finishOrder(this.#database, walk.order);
    this.#tell(` INFO  [flow-1] FlowEngine - order ${walk.order.no} finished`);
  }

  async #advance(executionId: string, walk: Walk): Promise<void> {
    const { orchestration, executor, pool } = this.#database;
    const endless = walk.left === Number.POSITIVE_INFINITY;
    const command = endless ? undefined : COMMANDS[COMMANDS.length - walk.left];
    walk.left -= 1;
    // An endless order repeats its task; a woken one goes to the node of the step it does next.
    await pool.execute(
      `update \`${orchestration}\`.act_ru_execution set REV_ = REV_ + 1${endless ? '' : ", ACT_ID_ = concat('_', lpad(cast(substr(ACT_ID_, 2, 16) as unsigned) + 100, 16, '0'))"} where ID_ = ?`,
      [executionId],
    );
    if (command === undefined) return;
    await pool.execute(
      `insert into \`${executor}\`.executor_bash_task (private_ip, command, time_series_id, status, exit_code) values (?, ?, ?, 'FINISHED', 0)`,
      [walk.host, `cmd://${command} --order ${walk.order.no}`, walk.order.no],
    );
    this.#tell(` INFO  [flow-1] FlowEngine - execution ${executionId} on ${walk.host}: ${command}`);
  }

  async #tryToGoOn(order: ReleaseOrder): Promise<void> {
    const { orchestration, pool } = this.#database;
    const refs = order.targets.map(({ ref }) => ref);
    const [held] = await pool.query<RowDataPacket[]>(
      `select id from \`${orchestration}\`.control_lock where target in (?) and time_series_id <> ?`,
      [refs, order.no],
    );
    if (held.length > 0) return;
    this.#blocked.delete(order.no);
    await takeLocks(this.#database, order);
    await setStatus(this.#database, order, 'RUNNING');
    await pool.execute(
      `update \`${orchestration}\`.act_ru_execution set IS_ACTIVE_ = 1, REV_ = REV_ + 1 where PROC_INST_ID_ = ? and PARENT_ID_ is not null`,
      [order.processInstanceId],
    );
    for (const { executionId, host } of order.tasks) {
      this.#walks.set(executionId, { order, host, left: COMMANDS.length });
    }
    this.#tell(
      ` INFO  [flow-1] ExclusiveControl - order ${order.no} acquired ${refs.join(', ')} and goes on`,
    );
  }
}
