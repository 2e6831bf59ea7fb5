import { gunzipSync, gzipSync } from 'node:zlib';

/** Bytes that are read of one text, and that it may have when it is unpacked. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** Characters from which on a text is packed: MariaDB takes 16 MB in one statement unless it is told otherwise. */
export const PACKED_FROM = 1_000_000;

const MARK = 'gzip:';

/** A long text in short. */
export const packed = (text: string): string =>
  text.length < PACKED_FROM ? text : `${MARK}${gzipSync(text, { level: 1 }).toString('base64')}`;

export const unpacked = (text: string): string =>
  text.startsWith(MARK)
    ? gunzipSync(Buffer.from(text.slice(MARK.length), 'base64'), { maxOutputLength: MOST_BYTES }).toString(
        'utf8',
      )
    : text;
