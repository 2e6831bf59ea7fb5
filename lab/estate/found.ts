import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What the files of a folder export under a name, in the order of the files. Throws when one has nothing of that kind. */
export async function found<Kind>(
  folder: URL,
  {
    name,
    isKind,
    except,
  }: {
    readonly name: string;
    readonly isKind: (value: unknown) => value is Kind;
    readonly except: readonly string[];
  },
): Promise<readonly Kind[]> {
  const files = readdirSync(fileURLToPath(folder))
    .filter((file) => /(?<!\.d)\.[jt]s$/.test(file) && !except.includes(file.replace(/\.[jt]s$/, '')))
    .toSorted();
  const each = await Promise.all(
    files.map(async (file) => {
      const exported: unknown = await import(new URL(file, folder).href);
      const list = isObject(exported) ? exported[name] : undefined;
      if (Array.isArray(list) && list.every(isKind)) return list;
      throw new Error(`${file} must export ${name}, a list`);
    }),
  );
  return each.flat();
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
