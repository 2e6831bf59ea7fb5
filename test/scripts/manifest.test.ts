import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { currentManifest } from '../../scripts/manifest.ts';

it('manifest.json is what the commands say; `npm run manifest` writes it', async () => {
  expect(await readFile('manifest.json', 'utf8')).toBe(await currentManifest());
});
