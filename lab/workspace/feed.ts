import type { JsonObject } from './json.ts';

/** Something that happened in the workspace. `only_for` names the one person who may see it. */
export type Change =
  | {
      readonly type: 'message' | 'message_changed' | 'message_deleted';
      readonly channel: string;
      readonly ts: string;
      readonly thread_ts?: string;
      readonly only_for?: string;
      readonly message: JsonObject;
    }
  | { readonly type: 'channel'; readonly channel: string }
  | { readonly type: 'view'; readonly user: string }
  | { readonly type: 'home'; readonly user: string }
  | { readonly type: 'status'; readonly channel: string; readonly thread_ts: string; readonly status: string }
  | { readonly type: 'socket'; readonly open: number }
  | {
      readonly type: 'delivery';
      readonly kind: string;
      readonly what: string;
      readonly answer: string;
      readonly took_ms: number;
      readonly retry: number;
    }
  | { readonly type: 'api_call'; readonly method: string; readonly no: number; readonly result: string };

export interface Entry {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly change: Change;
}

/** All that happened, in order. Readers ask for what came after the last `seq` they saw. */
export interface Feed {
  readonly add: (change: Change) => void;
  readonly after: (seq: number) => readonly Entry[];
  readonly last: () => number;
  /** Called for each new entry until the returned function is called. */
  readonly follow: (reader: (entry: Entry) => void) => () => void;
}

const KEPT = 20_000;

export function createFeed(): Feed {
  const entries: Entry[] = [];
  const readers = new Set<(entry: Entry) => void>();
  let seq = 0;
  return {
    add: (change) => {
      seq += 1;
      const entry = { seq, at: new Date().toISOString(), change };
      entries.push(entry);
      if (entries.length > KEPT) entries.shift();
      for (const reader of readers) reader(entry);
    },
    after: (from) => entries.filter((entry) => entry.seq > from),
    last: () => seq,
    follow: (reader) => {
      readers.add(reader);
      return () => readers.delete(reader);
    },
  };
}
