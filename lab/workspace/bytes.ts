import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiGateway } from './api/gateway.ts';
import { safeContentType, uploadedBytes } from './files.ts';
import { readBody, sendText } from './http.ts';
import type { World } from './world.ts';

/** Takes the bytes of a file at its upload address: as a form or raw, exactly as many as were announced. */
export async function serveUpload(
  gateway: ApiGateway,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const bytes = uploadedBytes(request.headers['content-type'] ?? '', await readBody(request));
  const fault = gateway.faults.next('upload');
  if (fault?.kind === 'hang') return;
  if (fault?.kind === '429') {
    response.writeHead(429, { 'retry-after': String(fault.retryAfter) });
    response.end();
    return;
  }
  if (fault?.kind === '500' && !fault.afterEffect) return sendText(response, 500, 'server error');
  const file = gateway.world.files.get(id);
  if (file === undefined) return sendText(response, 404, 'no such upload');
  if (bytes === undefined) return sendText(response, 400, 'no file in the form');
  if (bytes.length !== file.expectedBytes) {
    return sendText(response, 400, `expected ${file.expectedBytes} bytes, got ${bytes.length}`);
  }
  gateway.world.files.set(id, { ...file, bytes: Buffer.from(bytes) });
  if (fault?.kind === '500') return sendText(response, 500, 'server error');
  sendText(response, 200, `OK - ${bytes.length}`);
}

/** Sends a file: to the app at `/files-pri/…` with its token, to the page at `/control/file`. */
export function serveBytes(world: World, response: ServerResponse, id: string, download: boolean): void {
  const file = world.files.get(id);
  if (file?.bytes === undefined) return sendText(response, 404, 'no such file');
  response.writeHead(200, {
    'content-type': safeContentType(file),
    'content-length': file.bytes.length,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': `${download ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
  response.end(file.bytes);
}

/** Whether the request carries a bot token that may read files. */
export function mayReadFiles(world: World, request: IncomingMessage): boolean {
  const given = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  return world.tokens.some((token) => token.value === given && token.scopes.includes('files:read'));
}
