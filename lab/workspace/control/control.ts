import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { compact, parseJson, type Json } from '../json.ts';
import { readBody, sendJson, sendText } from '../http.ts';
import { Impossible } from '../people/act.ts';
import { ACTS, type Backstage } from './acts.ts';
import { serveEvents } from './events.ts';
import { LOOKS } from './looks.ts';

/** Answers `/control/<name>`: acts are POSTs, looks are GETs. A mistake of the caller is a 400 with `problem`. */
export async function serveControl(
  stage: Backstage,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  query: URLSearchParams,
): Promise<void> {
  if (!isOurs(request))
    return sendJson(response, 403, { ok: false, problem: 'only pages of this workspace' });
  try {
    if (name === 'events') return await serveEvents(stage.world.feed, request, response, query);
    if (request.method === 'POST') {
      const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
      if (act === undefined) return sendJson(response, 404, { ok: false, problem: `no such act: ${name}` });
      const acted = await act(stage, parseJson((await readBody(request)).toString('utf8')) ?? {});
      return sendJson(response, 200, compact({ ...acted }));
    }
    const look = Object.hasOwn(LOOKS, name) ? LOOKS[name] : undefined;
    if (look === undefined) return sendJson(response, 404, { ok: false, problem: `nothing to see: ${name}` });
    send(response, look(stage, query));
  } catch (thrown) {
    if (thrown instanceof Impossible) return sendJson(response, 400, { ok: false, problem: thrown.message });
    if (thrown instanceof z.ZodError) {
      return sendJson(response, 400, { ok: false, problem: z.prettifyError(thrown) });
    }
    throw thrown;
  }
}

function send(response: ServerResponse, value: Json): void {
  if (typeof value === 'string') return sendText(response, 200, value);
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** Whether no other site asks: one open in the same browser must not act as a person, nor read along under a rebound name. */
export function isOurs(request: IncomingMessage): boolean {
  const host = request.headers.host ?? '';
  const origin = request.headers.origin;
  const named = host.replace(/:\d+$/, '');
  const numbered = named === 'localhost' || /^[\d.]+$/.test(named) || named.startsWith('[');
  return numbered && (origin === undefined || origin === `http://${host}`);
}
