import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { newKeyPair } from '../../../lab/estate/keys.ts';

it('makes keys that ssh-keygen and ssh2 read, each pair its own', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keys-'));
  try {
    const made = Array.from({ length: 20 }, newKeyPair);
    expect(new Set(made.map((pair) => pair.public)).size).toBe(20);
    for (const pair of made) {
      const file = path.join(folder, 'key');
      await writeFile(file, pair.private);
      await chmod(file, 0o600);
      expect(execFileSync('ssh-keygen', ['-y', '-f', file]).toString().trim()).toBe(pair.public);
      const parsed = ssh2.utils.parseKey(pair.private);
      if (parsed instanceof Error) throw parsed;
      expect(`ssh-ed25519 ${parsed.getPublicSSH().toString('base64')}`).toBe(pair.public);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
