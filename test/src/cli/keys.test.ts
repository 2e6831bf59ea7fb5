import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { diagnoseKeys, keys } from '../../../src/cli/keys.ts';
import type { GrantFiles } from '../../../src/config/environment.ts';
import { authorityOf } from '../../../src/config/grant-keys.ts';
import { readGrantFiles } from '../../../src/config/load.ts';
import { isRequestSigned, signRequest } from '../../../src/runs/authority.ts';
import { readPublicKeys, readSigningKey } from '../../../src/runs/keys.ts';
import { aRun } from '../../support/runs.ts';

let folder: string;
let files: GrantFiles;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-keys-'));
  files = await readGrantFiles(folder, {});
});

const modeOf = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);
const privateIn = async () => readSigningKey(await readFile(files.FETTLE_GRANT_KEY_FILE, 'utf8'));
const publicIn = async () => readPublicKeys(await readFile(files.FETTLE_GRANT_PUBLIC_FILE, 'utf8'));
const signs = () => authorityOf(files, { signs: true });
const verifies = () => authorityOf(files, { signs: false });

describe('fettle keys make', () => {
  it('makes a pair that fits, one half for its owner alone, and says where it lies', async () => {
    const said = await keys('make', files);
    expect(said.code).toBe(0);
    expect(said.text).toContain(path.join(folder, 'grant-key.pem'));
    expect(said.text).toContain(path.join(folder, 'grant-public.pem'));
    expect(await modeOf(files.FETTLE_GRANT_KEY_FILE)).toBe('600');
    expect(await modeOf(files.FETTLE_GRANT_PUBLIC_FILE)).toBe('644');
    expect([...(await publicIn()).keys()]).toEqual([(await privateIn()).id]);
  });

  it('does so under a strange umask, too', async () => {
    const before = process.umask(0o077);
    try {
      await keys('make', files);
    } finally {
      process.umask(before);
    }
    expect(await modeOf(files.FETTLE_GRANT_PUBLIC_FILE)).toBe('644');
  });

  it('overwrites neither half', async () => {
    await keys('make', files);
    const before = await readFile(files.FETTLE_GRANT_KEY_FILE, 'utf8');
    expect(await keys('make', files)).toMatchObject({ code: 1, text: expect.stringContaining('rotate') });
    expect(await readFile(files.FETTLE_GRANT_KEY_FILE, 'utf8')).toBe(before);
  });

  it('puts them where .env says, beside the file when that is no whole path', async () => {
    await writeFile(
      path.join(folder, '.env'),
      'FETTLE_GRANT_KEY_FILE=/etc/x.pem\nFETTLE_GRANT_PUBLIC_FILE=k/p.pem\n',
    );
    expect(await readGrantFiles(folder, {})).toEqual({
      FETTLE_GRANT_KEY_FILE: '/etc/x.pem',
      FETTLE_GRANT_PUBLIC_FILE: path.join(folder, 'k/p.pem'),
    });
    expect(await readGrantFiles(folder, { FETTLE_GRANT_KEY_FILE: '/y.pem' })).toMatchObject({
      FETTLE_GRANT_KEY_FILE: '/y.pem',
    });
  });
});

describe('fettle keys rotate', () => {
  it('signs with a new key at once; what the old one signed still counts', async () => {
    await keys('make', files);
    const authority = signs();
    const old = await authority.signer();
    if (!old.ok) throw new Error('no key');
    const run = aRun();
    const request = signRequest(run, 'then', old.key);
    expect((await keys('rotate', files)).code).toBe(0);
    const now = await authority.signer();
    expect(now).toMatchObject({ ok: true });
    expect(now.ok && now.key.id).not.toBe(old.key.id);
    expect((await publicIn()).size).toBe(2);
    expect(isRequestSigned({ ...run, request }, await verifies().keys())).toBe(true);
    expect(await modeOf(files.FETTLE_GRANT_KEY_FILE)).toBe('600');
  });

  it('does nothing where there is nothing to rotate', async () => {
    expect(await keys('rotate', files)).toMatchObject({ code: 1 });
    await expect(stat(files.FETTLE_GRANT_KEY_FILE)).rejects.toThrow('ENOENT');
  });
});

describe('keys that others can reach', () => {
  it.each([
    ['a private key that everybody reads', 'FETTLE_GRANT_KEY_FILE', 0o644],
    ['a private key that its group writes', 'FETTLE_GRANT_KEY_FILE', 0o660],
  ] as const)('%s signs nothing', async (_, name, mode) => {
    await keys('make', files);
    await chmod(files[name], mode);
    expect(await signs().signer()).toMatchObject({
      ok: false,
      because: { en: expect.stringContaining(files[name]) },
    });
    expect(await diagnoseKeys(files)).toContainEqual(expect.objectContaining({ ok: false }));
  });

  it('a public file that others write verifies nothing', async () => {
    await keys('make', files);
    await chmod(files.FETTLE_GRANT_PUBLIC_FILE, 0o664);
    expect((await verifies().keys()).size).toBe(0);
  });

  it('a private key that its group reads signs: several named people confirm on one machine', async () => {
    await keys('make', files);
    await chmod(files.FETTLE_GRANT_KEY_FILE, 0o640);
    expect(await signs().signer()).toMatchObject({ ok: true });
  });
});

describe('a process that only verifies', () => {
  it('never reads the private key', async () => {
    await keys('make', files);
    expect(await verifies().signer()).toMatchObject({ ok: false });
    await writeFile(files.FETTLE_GRANT_PUBLIC_FILE, '');
    expect((await verifies().keys()).size).toBe(0);
  });
});

describe('fettle keys show, and doctor', () => {
  it('says where the keys lie, their mode and owner', async () => {
    await keys('make', files);
    const said = await keys('show', files);
    expect(said.code).toBe(0);
    expect(said.text).toContain(`grant-key.pem (mode 600, owner ${process.getuid?.()}`);
    expect(said.text).toContain('grant-public.pem (mode 644');
  });

  it('says what to do when there are none, or when they do not belong together', async () => {
    expect(await keys('show', files)).toMatchObject({
      code: 1,
      text: expect.stringContaining('fettle keys make'),
    });
    await keys('make', files);
    const other = await readGrantFiles(await mkdtemp(path.join(os.tmpdir(), 'fettle-keys-')), {});
    await keys('make', other);
    await writeFile(files.FETTLE_GRANT_PUBLIC_FILE, await readFile(other.FETTLE_GRANT_PUBLIC_FILE));
    expect((await keys('show', files)).text).toContain('workers refuse every change');
  });
});
