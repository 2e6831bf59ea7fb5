import { compact, type JsonObject } from './json.ts';
import type { StoredFile, World } from './world.ts';

const TEXT_TYPES: Readonly<Record<string, readonly [string, string]>> = {
  txt: ['text/plain', 'Plain Text'],
  log: ['text/plain', 'Plain Text'],
  json: ['application/json', 'JSON'],
  csv: ['text/csv', 'CSV'],
  md: ['text/markdown', 'Markdown'],
  sql: ['text/plain', 'SQL'],
  sh: ['text/plain', 'Shell'],
  yaml: ['text/plain', 'YAML'],
  yml: ['text/plain', 'YAML'],
  diff: ['text/plain', 'Diff'],
  xml: ['text/plain', 'XML'],
  html: ['text/plain', 'HTML'],
};

const BINARY_TYPES: Readonly<Record<string, readonly [string, string]>> = {
  png: ['image/png', 'PNG'],
  jpg: ['image/jpeg', 'JPEG'],
  jpeg: ['image/jpeg', 'JPEG'],
  gif: ['image/gif', 'GIF'],
  pdf: ['application/pdf', 'PDF'],
  zip: ['application/zip', 'Zip'],
  gz: ['application/gzip', 'Gzip'],
};

/** Characters of a text file that travel with the message. */
const PREVIEW_CHARACTERS = 2_000;
const PREVIEW_LINES = 12;

/** A file as the Web API shows it, with a preview when it is text. */
export function fileObject(world: World, file: StoredFile): JsonObject {
  const filetype = fileTypeOf(file);
  const [mimetype, pretty] = TEXT_TYPES[filetype] ??
    BINARY_TYPES[filetype] ?? ['application/octet-stream', 'Binary'];
  const text = fileText(file);
  const lines = text?.split('\n') ?? [];
  const channels = file.shares.map((share) => share.channel);
  return compact({
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype,
    filetype,
    pretty_type: pretty,
    mode: text === undefined ? 'hosted' : 'snippet',
    size: file.bytes?.length ?? 0,
    user: world.bot.userId,
    user_team: world.team.id,
    created: file.created,
    timestamp: file.created,
    is_external: false,
    is_public: true,
    url_private: `${world.address}/files-pri/${world.team.id}-${file.id}/${encodeURIComponent(file.name)}`,
    url_private_download: `${world.address}/files-pri/${world.team.id}-${file.id}/download/${encodeURIComponent(file.name)}`,
    permalink: `${world.address}/files/${file.id}`,
    alt_txt: file.altText,
    preview:
      text === undefined ? undefined : lines.slice(0, PREVIEW_LINES).join('\n').slice(0, PREVIEW_CHARACTERS),
    lines: text === undefined ? undefined : lines.length,
    lines_more: text === undefined ? undefined : Math.max(0, lines.length - PREVIEW_LINES),
    channels,
    groups: [],
    ims: channels.filter((id) => id.startsWith('D')),
    shares: {
      public: Object.fromEntries(
        file.shares.map((share) => [
          share.channel,
          [compact({ ts: share.ts, thread_ts: share.threadTs, team_id: world.team.id })],
        ]),
      ),
    },
  });
}

/** The whole text of a text file; undefined when it is not text or not uploaded. */
export function fileText(file: StoredFile): string | undefined {
  if (file.bytes === undefined || TEXT_TYPES[fileTypeOf(file)] === undefined) return undefined;
  return file.bytes.toString('utf8');
}

/** What a browser may be told a file is: never a type that runs scripts. */
export function safeContentType(file: StoredFile): string {
  const known = BINARY_TYPES[fileTypeOf(file)];
  if (known !== undefined) return known[0];
  return fileText(file) === undefined ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

function fileTypeOf(file: StoredFile): string {
  if (file.snippetType !== undefined && file.snippetType in TEXT_TYPES) return file.snippetType;
  if (file.snippetType !== undefined) return 'txt';
  return /\.([A-Za-z0-9]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? 'binary';
}

/** The bytes of an upload: the `body` or `file` part of a form, or the raw request. Undefined when the form has no such part. */
export function uploadedBytes(contentType: string, body: Buffer): Buffer | undefined {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) return undefined;
    const part = body.subarray(at + mark.length + 2, next - 2);
    const headEnd = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, Math.max(headEnd, 0)).toString('utf8');
    if (/name="(?:body|file)"/.test(head)) return part.subarray(headEnd + 4);
    at = next;
  }
  return undefined;
}
