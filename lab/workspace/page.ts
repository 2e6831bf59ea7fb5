import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sendText } from './http.ts';

const FOLDER = fileURLToPath(new URL('page', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** Sends a file of the page. Addresses of messages and channels get the page itself, which finds its way. */
export async function servePage(response: ServerResponse, pathname: string): Promise<void> {
  const isPage = pathname === '/' || /^\/(archives|client|home|files)\b/.test(pathname);
  const wanted = isPage ? 'index.html' : pathname.replace(/^\/page\//, '');
  const type = TYPES[path.extname(wanted)];
  if (type === undefined || !/^[a-z-]+\.[a-z]+$/.test(wanted)) return sendText(response, 404, 'not found');
  const content = await readFile(path.join(FOLDER, wanted), 'utf8').catch(() => undefined);
  if (content === undefined) return sendText(response, 404, 'not found');
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' http: https: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
  response.end(content);
}
