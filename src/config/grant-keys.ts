import { readFile, stat } from 'node:fs/promises';
import { type Words, words } from '../kit/index.ts';
import type { Authority } from '../runs/authority.ts';
import {
  publicHalf,
  type PublicKeys,
  readPublicKeys,
  readSigningKey,
  type SigningKey,
} from '../runs/keys.ts';
import type { GrantFiles } from './environment.ts';

export type KeyRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly because: string };

/** The rights of this process over the keys: `signs` where people are authorised. Files are read each time, so that new keys count at once. */
export function authorityOf(files: GrantFiles, { signs }: { readonly signs: boolean }): Authority {
  return {
    async signer() {
      if (!signs) return { ok: false, because: CANNOT_SIGN };
      const key = await readPrivateFile(files.FETTLE_GRANT_KEY_FILE);
      return key.ok ? { ok: true, key: key.value } : { ok: false, because: cannotSign(key.because) };
    },
    async keys() {
      const own = signs ? await readPrivateFile(files.FETTLE_GRANT_KEY_FILE) : undefined;
      const known = await readPublicFile(files.FETTLE_GRANT_PUBLIC_FILE);
      return new Map([...(own?.ok ? publicHalf(own.value) : []), ...(known.ok ? known.value : [])]);
    },
  };
}

/** The key that signs, unless others can read or replace it. Members of its group may: several named people sign on one machine. */
export const readPrivateFile = (file: string): Promise<KeyRead<SigningKey>> =>
  readKeyFile(
    file,
    0o027,
    'people outside of its group can read it, or its group can write it',
    readSigningKey,
  );

/** The keys that verify, unless others could add one of their own. */
export const readPublicFile = (file: string): Promise<KeyRead<PublicKeys>> =>
  readKeyFile(file, 0o022, 'others than its owner can write it', readPublicKeys);

async function readKeyFile<T>(
  file: string,
  forbidden: number,
  tooOpen: string,
  read: (pem: string) => T,
): Promise<KeyRead<T>> {
  try {
    const { mode } = await stat(file);
    if ((mode & forbidden) !== 0) return { ok: false, because: `${file}: ${tooOpen}` };
    return { ok: true, value: read(await readFile(file, 'utf8')) };
  } catch (error) {
    return { ok: false, because: `${file}: ${problemOf(error)}` };
  }
}

function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file; make the keys with fettle keys make';
  if (code === 'EACCES' || code === 'EPERM') return 'this account may not read it';
  return error instanceof Error ? error.message : String(error);
}

const CANNOT_SIGN: Words = words(
  'Approvals cannot be signed in this process. Confirm in Slack or with fettle confirm.',
  '此进程不能签署确认。请在 Slack 中确认，或使用 fettle confirm。',
);

const cannotSign = (because: string): Words =>
  words(
    `Not confirmed: approvals cannot be signed here. ${because}. Ask the owner of Fettle to run fettle doctor.`,
    `未确认：此处无法签署确认（${because}）。请联系 Fettle 的维护人运行 fettle doctor。`,
  );
