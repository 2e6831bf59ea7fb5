import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalog } from '../src/catalog/catalog.ts';
import { manifest } from '../src/slack/index.ts';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The Slack app as the definitions describe it: the content of manifest.json. */
export async function currentManifest(): Promise<string> {
  const { commands } = await loadCatalog(ROOT);
  return manifest({ name: 'Fettle', commands: [...commands.values()] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(path.join(ROOT, 'manifest.json'), await currentManifest());
  process.stdout.write('manifest.json written\n');
}
