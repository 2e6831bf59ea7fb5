import mysql, { type RowDataPacket } from 'mysql2/promise';
import { expect, vi } from 'vitest';
import type { WorkspaceClient } from '../../lab/workspace/client.ts';
import type { Practice } from '../../scripts/practice.ts';

/** Something asked in the workspace, and the message that answers it. */
export interface Asked {
  readonly channel: string;
  /** Of the top message. */
  readonly ts: string;
  /** Number of the last event before it was asked. */
  readonly after: number;
}

/** Milliseconds until something of a run must have happened, on a machine that does other things, too. */
const PATIENCE_MS = 45_000;

/** Types a command and resolves when the message of its run stands in the channel. `typed` is how the run records it. */
export async function ask(
  practice: Practice,
  text: string,
  { as = 'U0LIN', channel = 'C0OPS', typed = text }: Partial<Record<'as' | 'channel' | 'typed', string>> = {},
): Promise<Asked> {
  const { client } = practice.workspace;
  const { rows, change } = keeper(practice);
  // How much one person may ask for at once is tried elsewhere.
  await change('delete from fettle.asked');
  const [last] = await rows('select coalesce(max(seq), 0) as seq from fettle.run');
  const after = await client.now();
  const taken = await client.type(as, channel, text);
  const topOf = async (): Promise<unknown> => {
    const [top] = await rows(
      `select p.ts from fettle.post p join fettle.run r on r.id = p.run_id
       where r.seq > ? and json_value(r.body, '$.typed') = ? and p.post_key = 'top' and p.ts is not null`,
      [String(last?.['seq']), typed],
    );
    return top?.['ts'];
  };
  const ts = await vi.waitUntil(topOf, { timeout: PATIENCE_MS, interval: 50 }).catch(async () => {
    const told = (await client.events(after, 1)).filter(({ change }) => 'only_for' in change);
    const runs = await rows('select seq, kind, state, outcome, created_at from fettle.run where seq > ?', [
      String(last?.['seq']),
    ]);
    throw new Error(`${text} has no message: ${JSON.stringify({ taken, told, runs })}`);
  });
  return { channel, ts: String(ts), after };
}

/** The text of the thread as soon as one of its messages says this. */
export async function threadOnce(
  client: WorkspaceClient,
  asked: Asked,
  says: RegExp,
  timeoutMs = PATIENCE_MS,
): Promise<string> {
  const ofThread = (change: { readonly ts: string; readonly thread_ts?: string }): boolean =>
    change.ts === asked.ts || change.thread_ts === asked.ts;
  await client.waitFor(
    (change) =>
      (change.type === 'message' || change.type === 'message_changed') &&
      change.channel === asked.channel &&
      ofThread(change) &&
      says.test(JSON.stringify(change.message)),
    { after: asked.after, timeoutMs },
  );
  return client.text({ as: 'U0LIN', channel: asked.channel, threadTs: asked.ts });
}

/** Resolves when nothing in the thread can be confirmed any more. */
export async function nothingToConfirm(client: WorkspaceClient, asked: Asked): Promise<void> {
  const text = () => client.text({ as: 'U0LIN', channel: asked.channel, threadTs: asked.ts });
  await expect.poll(text, { timeout: 15_000 }).not.toContain('[Confirm]');
}

/** The plan of a command, with its Confirm button. */
export async function plan(practice: Practice, text: string): Promise<Asked> {
  const asked = await ask(practice, text);
  await threadOnce(practice.workspace.client, asked, /"action_id":"fettle:confirm/);
  return asked;
}

export const press = (
  client: WorkspaceClient,
  { channel, ts }: Asked,
  button: string,
  as = 'U0LIN',
): ReturnType<WorkspaceClient['click']> => client.click({ as, channel, threadTs: ts }, button);

/** What one person alone is told after an event. */
export async function toldAlone(client: WorkspaceClient, who: string, after: number): Promise<string> {
  const { message } = await client.waitForMessage({ onlyFor: who, says: /./ }, { after, timeoutMs: 30_000 });
  return JSON.stringify(message['blocks'] ?? message['text']);
}

/** Which parts of which run stand in a channel and in its threads, each as often as it stands there: `<run>:top`, … */
export async function standing(
  { workspace }: Pick<Practice, 'workspace'>,
  channel: string,
): Promise<readonly string[]> {
  const call = async (method: string, query: Readonly<Record<string, string>>): Promise<readonly Shown[]> => {
    const asked = new URLSearchParams({ channel, include_all_metadata: 'true', limit: '999', ...query });
    const response = await fetch(`${workspace.apiUrl}${method}?${asked.toString()}`, {
      headers: { authorization: `Bearer ${workspace.botToken}` },
    });
    return ((await response.json()) as { readonly messages: readonly Shown[] }).messages;
  };
  const tops = await call('conversations.history', {});
  const threads = await Promise.all(tops.map(({ ts }) => call('conversations.replies', { ts })));
  return threads.flat().flatMap(({ metadata }) => metadata?.event_payload.key ?? []);
}

interface Shown {
  readonly ts: string;
  readonly metadata?: { readonly event_payload: { readonly key: string } };
}

export const literally = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));

/** The practice server as its keeper sees it. */
export interface Keeper {
  readonly rows: (
    sql: string,
    values?: readonly string[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly change: (sql: string, values?: readonly string[]) => Promise<void>;
}

/** Connects anew for every question, so that a server that was away is no trouble. */
export function keeper({ mysqlPort }: Pick<Practice, 'mysqlPort'>): Keeper {
  const query = async (sql: string, values: readonly string[] = []): Promise<unknown> => {
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port: mysqlPort,
      user: 'root',
      dateStrings: true,
    });
    try {
      const [result] = await connection.query<RowDataPacket[]>(sql, [...values]);
      return result;
    } finally {
      await connection.end();
    }
  };
  return {
    rows: async (sql, values) => (await query(sql, values)) as readonly Readonly<Record<string, unknown>>[],
    change: async (sql, values) => {
      await query(sql, values);
    },
  };
}

/** Resolves when /readyz answers so; the answer is what it says. */
export async function ready(health: string, status: 200 | 503): Promise<string> {
  const look = async () => {
    const response = await fetch(`${health}/readyz`);
    return { status: response.status, says: await response.text() };
  };
  await expect.poll(async () => (await look()).status, { timeout: 20_000 }).toBe(status);
  return (await look()).says;
}

/** Resolves when the newest run that was typed so is in this state; the answer is its id. */
export async function runInState(keep: Keeper, typed: string, state: string): Promise<string> {
  return vi.waitUntil(
    async () => {
      const [run] = await keep.rows(
        "select id, state from fettle.run where json_value(body, '$.typed') = ? order by seq desc limit 1",
        [typed],
      );
      return run?.['state'] === state && String(run['id']);
    },
    { timeout: PATIENCE_MS, interval: 50 },
  );
}
