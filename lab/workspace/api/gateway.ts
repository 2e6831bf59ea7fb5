import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Delivery } from '../delivery/delivery.ts';
import type { Faults } from '../faults.ts';
import { readBody, sendJson } from '../http.ts';
import { isObject, parseJson, textOf, type Json, type JsonObject } from '../json.ts';
import type { Token, World } from '../world.ts';
import { authMethods } from './auth.ts';
import { Refusal, type MethodEntry } from './call.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import { markMethods } from './marks.ts';
import type { Rates } from './rates.ts';
import { userMethods } from './users.ts';
import { validateMethods } from './validate.ts';
import { viewMethods } from './views.ts';

/** Every method of this workspace. */
export const METHODS: Readonly<Record<string, MethodEntry>> = {
  ...authMethods,
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...markMethods,
  ...userMethods,
  ...validateMethods,
  ...viewMethods,
};

/** One call as it was made; never with its token. */
export interface ApiCall {
  readonly no: number;
  readonly method: string;
  readonly args: JsonObject;
  readonly status: number;
  /** `ok`, the error, or what the fault did. */
  readonly result: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface ApiGateway {
  readonly world: World;
  readonly delivery: Delivery;
  readonly faults: Faults;
  readonly rates: Rates;
  readonly calls: ApiCall[];
}

interface Reply {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one Web API request. */
export async function serveApi(
  gateway: ApiGateway,
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
): Promise<void> {
  const raw = await readBody(request);
  const args = readArguments(request, raw);
  const token = tokenOf(gateway.world, request, args);
  const { token: _token, ...shown } = args;
  const note = (status: number, result: string): void => {
    const no = gateway.calls.length + 1;
    gateway.calls.push({ no, method, args: shown, status, result, at: new Date().toISOString() });
    gateway.world.feed.add({ type: 'api_call', method, no, result });
  };
  const fault = gateway.faults.next(method);
  if (fault?.kind === '429') return tooMany(response, fault.retryAfter, note);
  if (fault?.kind === 'hang' && !fault.afterEffect) return note(0, 'no reply');
  if (fault?.kind === '500' && !fault.afterEffect) {
    note(500, 'failed before the effect');
    return sendJson(response, 500, { ok: false, error: 'internal_error' });
  }
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  const wait = gateway.rates.wait(method, args, gateway.world.now());
  if (wait > 0) return tooMany(response, wait, note);
  const reply: Reply =
    fault?.kind === 'error'
      ? { status: 200, body: { ok: false, error: fault.error } }
      : answer(gateway, method, args, token);
  if (fault?.kind === 'hang') return note(0, 'no reply after the effect');
  if (fault?.kind === '500') {
    note(500, 'failed after the effect');
    return sendJson(response, 500, { ok: false, error: 'internal_error' });
  }
  note(reply.status, reply.body['ok'] === true ? 'ok' : textOf(reply.body['error']));
  sendJson(response, reply.status, reply.body, reply.headers);
}

function answer(
  gateway: ApiGateway,
  method: string,
  args: JsonObject,
  token: Token | 'none' | 'wrong',
): Reply {
  const refuse = (error: string, more: JsonObject = {}): Reply => ({
    status: 200,
    body: { ok: false, error, ...more },
  });
  const entry = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (entry === undefined) return refuse('unknown_method', { req_method: method });
  if (token === 'none') return refuse('not_authed');
  if (token === 'wrong') return refuse('invalid_auth');
  const headers = { 'x-oauth-scopes': token.scopes.join(',') };
  if ((token.kind === 'app') !== (method === 'apps.connections.open')) {
    return { ...refuse('not_allowed_token_type'), headers };
  }
  if (entry.scopes.length > 0 && !entry.scopes.some((scope) => token.scopes.includes(scope))) {
    const needed = entry.scopes.join(',');
    return { ...refuse('missing_scope', { needed, provided: token.scopes.join(',') }), headers };
  }
  try {
    const body = entry.run({ world: gateway.world, delivery: gateway.delivery, token, args });
    return { status: 200, body: { ok: true, ...body }, headers };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { ...refuse(thrown.error, thrown.more), headers };
  }
}

function tooMany(
  response: ServerResponse,
  retryAfter: number,
  note: (status: number, result: string) => void,
): void {
  note(429, 'ratelimited');
  sendJson(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(retryAfter) });
}

function tokenOf(world: World, request: IncomingMessage, args: JsonObject): Token | 'none' | 'wrong' {
  const given = (request.headers.authorization ?? '').replace(/^Bearer /, '') || textOf(args['token']);
  if (given === '') return 'none';
  return world.tokens.find((token) => token.value === given) ?? 'wrong';
}

/** Arguments that travel as JSON text inside a form. */
const STRUCTURED = new Set(['attachments', 'blocks', 'files', 'message', 'metadata', 'users', 'view']);

function readArguments(request: IncomingMessage, raw: Buffer): JsonObject {
  const fromQuery = new URL(request.url ?? '/', 'http://workspace').searchParams;
  const type = request.headers['content-type'] ?? '';
  const body = raw.toString('utf8');
  if (type.startsWith('application/json')) {
    const parsed = parseJson(body);
    return { ...decode(fromQuery), ...(isObject(parsed) ? parsed : {}) };
  }
  return { ...decode(fromQuery), ...decode(new URLSearchParams(body)) };
}

function decode(form: URLSearchParams): JsonObject {
  const args: Record<string, Json> = {};
  for (const [key, value] of form) {
    args[key] = STRUCTURED.has(key) && /^\s*[[{]/.test(value) ? (parseJson(value) ?? value) : value;
  }
  return args;
}
