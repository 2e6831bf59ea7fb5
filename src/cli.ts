import { loadCatalog } from './catalog/catalog.ts';
import { verbsOf } from './cli/catalog-verbs.ts';
import { print } from './cli/print.ts';
import { perform } from './cli/program.ts';
import type { Verb } from './cli/verb.ts';
import { OWN_VERBS, ROLE_VERBS } from './cli/verbs.ts';
import { CODE } from './main.ts';

/** 0: done. 1: not well, refused or failed. 2: not understood. */
async function main(argv: readonly string[]): Promise<number> {
  const own = [...ROLE_VERBS, ...OWN_VERBS];
  // Definitions that are not in order keep nobody from keys, doctor or a start that says so itself.
  if (own.some(({ name }) => name.split(' ')[0] === firstWord(argv))) return perform(own, argv);
  const verbs = await catalogVerbs();
  return verbs.ok ? perform([...ROLE_VERBS, ...verbs.verbs, ...OWN_VERBS], argv) : print(verbs.says, 1);
}

async function catalogVerbs(): Promise<
  { readonly ok: true; readonly verbs: readonly Verb[] } | { readonly ok: false; readonly says: string }
> {
  try {
    return { ok: true, verbs: verbsOf(await loadCatalog(CODE)) };
  } catch (error) {
    return { ok: false, says: error instanceof Error ? error.message : String(error) };
  }
}

/** The verb: the first word that is neither an option nor the folder of --in. */
const firstWord = (argv: readonly string[]): string | undefined =>
  argv.find((word, at) => !word.startsWith('-') && argv[at - 1] !== '--in');

const code = await main(process.argv.slice(2));
// Flush standard output first: a pipe takes only so much at once.
for (const stream of [process.stdout, process.stderr])
  await new Promise((resolve) => stream.write('', resolve));
// With Redis away the queue's timers outlive everything of ours, which has ended here.
process.exit(code);
