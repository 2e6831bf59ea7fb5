import { chmod, rename, stat, writeFile } from 'node:fs/promises';
import type { GrantFiles } from '../config/environment.ts';
import { type KeyRead, readPrivateFile, readPublicFile } from '../config/grant-keys.ts';
import { type KeyPair, makeKeyPair, publicHalf, publicPemOf } from '../runs/keys.ts';
import { type Diagnosis, diagnosisText } from './doctor/diagnosis.ts';

/** What can be done with the keys. */
export type KeysVerb = 'make' | 'rotate' | 'show';

interface Said {
  readonly text: string;
  readonly code: number;
}

/** The pair of keys that signs requests and approvals. Never overwrites what is there but to rotate it. */
export async function keys(verb: KeysVerb, files: GrantFiles): Promise<Said> {
  switch (verb) {
    case 'make':
      return make(files);
    case 'rotate':
      return rotate(files);
    case 'show': {
      const seen = await diagnoseKeys(files);
      return {
        text: diagnosisText(seen),
        code: seen.every(({ ok }) => ok) ? 0 : 1,
      };
    }
    default:
      return verb satisfies never;
  }
}

async function make(files: GrantFiles): Promise<Said> {
  const { FETTLE_GRANT_KEY_FILE: privateFile, FETTLE_GRANT_PUBLIC_FILE: publicFile } = files;
  for (const file of [privateFile, publicFile])
    if (await exists(file))
      return { text: `${file} is there already. To replace the keys: fettle keys rotate`, code: 1 };
  const pair = makeKeyPair();
  await writePair(pair, pair.publicPem, files, 'wx');
  return {
    text: `Key ${pair.id}
Signs (600):    ${privateFile}
Verifies (644): ${publicFile}
The bot, and whoever confirms on the command line, need the first. Every worker needs the second, and must not be able to read the first.`,
    code: 0,
  };
}

async function rotate(files: GrantFiles): Promise<Said> {
  const { FETTLE_GRANT_KEY_FILE: privateFile, FETTLE_GRANT_PUBLIC_FILE: publicFile } = files;
  const [signing, known] = await Promise.all([readPrivateFile(privateFile), readPublicFile(publicFile)]);
  if (!signing.ok) return { text: signing.because, code: 1 };
  if (!known.ok) return { text: known.because, code: 1 };
  const pair = makeKeyPair();
  const old = new Map([...publicHalf(signing.value), ...known.value]);
  await writePair(pair, `${pair.publicPem}${publicPemOf(old)}`, files, 'w');
  return {
    text: `Key ${pair.id} signs from now on: ${privateFile}
It stands before ${[...old.keys()].join(', ')} in ${publicFile}: copy this file to every worker now.
Remove an old key from it when the plans it approved need no longer be put back; plans that wait for Confirm are over after confirm_minutes.`,
    code: 0,
  };
}

/** The public file first: a signature must not come before those who verify can know its key. */
async function writePair(
  pair: KeyPair,
  publicPem: string,
  files: GrantFiles,
  flag: 'w' | 'wx',
): Promise<void> {
  await write(files.FETTLE_GRANT_PUBLIC_FILE, publicPem, 0o644, flag);
  await write(files.FETTLE_GRANT_KEY_FILE, pair.privatePem, 0o600, flag);
}

/** All of the file or none of it. A file that is replaced keeps nothing of its old mode. */
async function write(file: string, text: string, mode: number, flag: 'w' | 'wx'): Promise<void> {
  if (flag === 'wx') {
    await writeFile(file, text, { mode, flag });
    await chmod(file, mode);
    return;
  }
  const next = `${file}.new`;
  await writeFile(next, text, { mode, flag: 'wx' });
  await chmod(next, mode);
  await rename(next, file);
}

/** Where the keys lie, who can read them, and whether the one is known to those who verify by the other. */
export async function diagnoseKeys(files: GrantFiles): Promise<readonly Diagnosis[]> {
  const { FETTLE_GRANT_KEY_FILE: privateFile, FETTLE_GRANT_PUBLIC_FILE: publicFile } = files;
  const [signing, known] = await Promise.all([readPrivateFile(privateFile), readPublicFile(publicFile)]);
  const ids = known.ok ? [...known.value.keys()] : [];
  return [
    await diagnosis('key that signs approvals', privateFile, signing, ({ id }) => `key ${id}`),
    await diagnosis('keys that verify approvals', publicFile, known, () => ids.join(', ')),
    ...(signing.ok && known.ok && !known.value.has(signing.value.id)
      ? [
          {
            name: 'keys of approvals',
            ok: false,
            says: `key ${signing.value.id} signs, but ${publicFile} does not hold it: workers refuse every change. Copy the public file of the bot to every worker.`,
          },
        ]
      : []),
  ];
}

async function diagnosis<T>(
  name: string,
  file: string,
  read: KeyRead<T>,
  says: (value: T) => string,
): Promise<Diagnosis> {
  if (!read.ok) return { name, ok: false, says: read.because };
  const { mode, uid, gid } = await stat(file);
  return {
    name,
    ok: true,
    says: `${says(read.value)} in ${file} (mode ${(mode & 0o777).toString(8)}, owner ${uid}, group ${gid})`,
  };
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
