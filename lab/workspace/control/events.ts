import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Entry, Feed } from '../feed.ts';

/** Milliseconds a long poll may wait at most. */
const MAX_WAIT_MS = 60_000;

/**
 * What happened after `?after=<seq>`. A reader that accepts `text/event-stream` gets a stream without end, all
 * others a JSON list as soon as there is something, or an empty one after `?wait=<ms>`.
 */
export async function serveEvents(
  feed: Feed,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const header = request.headers['last-event-id'];
  const after = Number(typeof header === 'string' ? header : (query.get('after') ?? 0));
  if ((request.headers.accept ?? '').includes('text/event-stream')) return stream(feed, response, after);
  const wait = Math.min(Number(query.get('wait') ?? 0), MAX_WAIT_MS);
  if (feed.after(after).length === 0 && wait > 0) await nextEntry(feed, response, wait);
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(feed.after(after)));
}

function stream(feed: Feed, response: ServerResponse, after: number): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  const write = (entry: Entry): void => {
    response.write(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`);
  };
  for (const entry of feed.after(after)) write(entry);
  response.write(': ready\n\n');
  response.on('close', feed.follow(write));
}

function nextEntry(feed: Feed, response: ServerResponse, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      unfollow();
      resolve();
    };
    const timer = setTimeout(finish, waitMs);
    const unfollow = feed.follow(finish);
    response.on('close', finish);
  });
}
