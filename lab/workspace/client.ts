import type { Change, Entry } from './feed.ts';
import type { ApiCall } from './api/gateway.ts';
import type { Fault } from './faults.ts';
import { textOf, type JsonObject } from './json.ts';
import type { Acted } from './people/act.ts';
import type { Given } from './people/element-state.ts';

/** Where a message is looked for: a channel or, with `threadTs`, a thread; `as` sees private lines, too. */
export interface Spot {
  readonly as: string;
  readonly channel: string;
  readonly threadTs?: string;
}

type MessageChange = Extract<Change, { readonly type: 'message' | 'message_changed' | 'message_deleted' }>;

/** Milliseconds a wait lasts at most, unless told otherwise. */
const WAIT_MS = 10_000;

/** Acts as people, reads what they see, waits for what happens, and breaks things. Over HTTP: works from any process. */
export function workspaceClient(url: string) {
  const post = async (name: string, body: object): Promise<Acted> => {
    const response = await fetch(`${url}/control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const acted = (await response.json()) as Acted;
    if (!response.ok) throw new Error(`${name}: ${acted.ok ? response.status : acted.problem}`);
    return acted;
  };
  const get = async <Shown>(
    name: string,
    query: Readonly<Record<string, string | undefined>>,
  ): Promise<Shown> => {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const response = await fetch(`${url}/control/${name}?${new URLSearchParams(given).toString()}`);
    if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
    return (
      response.headers.get('content-type')?.startsWith('text/') === true
        ? await response.text()
        : await response.json()
    ) as Shown;
  };
  const events = (after: number, waitMs: number): Promise<readonly Entry[]> =>
    get('events', { after: String(after), wait: String(waitMs) });

  /** The first event after `after` (the beginning unless set) for which `wanted` holds. Throws after `timeoutMs`. */
  const waitFor = async (
    wanted: (change: Change) => boolean,
    { after = 0, timeoutMs = WAIT_MS }: { readonly after?: number; readonly timeoutMs?: number } = {},
  ): Promise<Entry> => {
    const until = Date.now() + timeoutMs;
    let seen = after;
    while (Date.now() < until) {
      const entries = await events(seen, Math.max(1, until - Date.now()));
      const found = entries.find((entry) => wanted(entry.change));
      if (found !== undefined) return found;
      seen = entries.at(-1)?.seq ?? seen;
    }
    throw new Error(`it did not happen within ${timeoutMs} ms`);
  };

  return {
    url,
    /** Sends a message or a slash command, as typed into the composer. */
    type: (as: string, channel: string, text: string, threadTs?: string): Promise<Acted> =>
      post('type', { as, channel, text, thread_ts: threadTs }),
    /** Presses a button by label or action_id, through its confirm dialog. The newest message that has it, unless `ts` is given. */
    click: (
      at: Spot & { readonly ts?: string },
      button: string,
      options: {
        readonly dialog?: 'confirm' | 'deny';
        readonly values?: Readonly<Record<string, Given>>;
      } = {},
    ): Promise<Acted> =>
      post('press', {
        as: at.as,
        channel: at.channel,
        ts: at.ts,
        thread_ts: at.threadTs,
        control: button,
        ...options,
      }),
    /** Chooses in a menu or picker of a message, by placeholder or action_id. */
    select: (at: Spot & { readonly ts?: string }, control: string, given: Given): Promise<Acted> =>
      post('press', { as: at.as, channel: at.channel, ts: at.ts, thread_ts: at.threadTs, control, given }),
    /** Uses a control of the open form or the Home tab. */
    pressIn: (as: string, place: 'form' | 'home', control: string, given?: Given): Promise<Acted> =>
      post('press', { as, in: place, control, given }),
    /** Fills in the form on top by block_id or label, and sends it. */
    submit: (as: string, values: Readonly<Record<string, Given>> = {}): Promise<Acted> =>
      post('submit', { as, values }),
    closeForm: (as: string, all = false): Promise<Acted> => post('close', { as, all }),
    /** The open forms of a person, bottom first. */
    forms: (as: string): Promise<readonly JsonObject[]> => get('forms', { as }),
    /** Opens the bot's Home tab, which tells the app. */
    openHome: (as: string): Promise<Acted> => post('home', { as }),
    home: (as: string): Promise<JsonObject | null> => get('home', { as }),
    shortcut: (
      as: string,
      callbackId: string,
      message?: { readonly channel: string; readonly ts: string },
    ): Promise<Acted> => post('shortcut', { as, callback_id: callbackId, ...message }),
    /** What the app offers in a menu that it fills itself. */
    suggest: (as: string, actionId: string, blockId: string, text: string): Promise<Acted> =>
      post('suggest', { as, action_id: actionId, block_id: blockId, text }),

    /** The messages a person sees, oldest first: a channel, or a thread with its parent. */
    read: async (at: Spot): Promise<readonly JsonObject[]> => {
      const name = at.threadTs === undefined ? 'channel' : 'thread';
      const { messages } = await get<{ messages: readonly JsonObject[] }>(name, {
        as: at.as,
        channel: at.channel,
        ts: at.threadTs,
      });
      return messages;
    },
    /** The same as plain text, with tables, buttons as `[Confirm]` and the content of files. */
    text: (at: Spot): Promise<string> => get('text', { as: at.as, channel: at.channel, ts: at.threadTs }),

    events,
    waitFor,
    /** The number of the last event; `after` it is what happens from now on. */
    now: (): Promise<number> => get('seq', {}),
    /** The first message posted or changed whose text or blocks match. */
    waitForMessage: async (
      wanted: {
        readonly channel?: string;
        readonly threadTs?: string;
        readonly says: RegExp;
        readonly onlyFor?: string;
      },
      options: { readonly after?: number; readonly timeoutMs?: number } = {},
    ): Promise<MessageChange> => {
      const fits = (change: Change): boolean =>
        (change.type === 'message' || change.type === 'message_changed') &&
        (wanted.channel === undefined || change.channel === wanted.channel) &&
        (wanted.threadTs === undefined || change.thread_ts === wanted.threadTs) &&
        (wanted.onlyFor === undefined || change.only_for === wanted.onlyFor) &&
        wanted.says.test(
          `${textOf(change.message['text'])}\n${JSON.stringify(change.message['blocks'] ?? [])}`,
        );
      const { change } = await waitFor(fits, options);
      return change as MessageChange;
    },
    /** Waits until an app is connected by Socket Mode. */
    waitForApp: (timeoutMs = WAIT_MS): Promise<Entry> =>
      waitFor((change) => change.type === 'socket' && change.open > 0, { timeoutMs }),

    inject: (fault: Fault): Promise<Acted> => post('fault', fault),
    clearFaults: (): Promise<Acted> => post('clear-faults', {}),
    /** The next thing delivered to the app arrives `times` more. */
    duplicateNext: (times = 1): Promise<Acted> => post('duplicate', { times }),
    disconnect: (how: 'refresh' | 'drop' = 'drop'): Promise<Acted> => post('disconnect', { how }),
    /** Open connections stay open and nothing moves on them, nor on new ones, until it ends. */
    silence: (silent: boolean): Promise<Acted> => post('silent', { silent }),
    /** Somebody becomes a guest or leaves, and the app is told. */
    changePerson: (
      as: string,
      change: { readonly guest?: boolean; readonly deleted?: boolean },
    ): Promise<Acted> => post('person', { as, ...change }),
    /** Moves the workspace's clock ahead: triggers and response_urls expire. */
    advanceClock: (ms: number): Promise<Acted> => post('clock', { advance_ms: ms }),
    enforceRates: (enforce: boolean): Promise<Acted> => post('rates', { enforce }),
    /** The Web API calls made so far, all or of one method. */
    calls: (method?: string): Promise<readonly ApiCall[]> => get('calls', { method }),
  };
}

export type WorkspaceClient = ReturnType<typeof workspaceClient>;
