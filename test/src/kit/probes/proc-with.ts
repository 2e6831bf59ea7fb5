import type { KernelFiles } from '../../../../src/kit/index.ts';
import { folderWith } from './ask.ts';

/** A folder like /proc with these processes and the first one, by their numbers; gone with `remove`. */
export async function procWith(
  processes: Readonly<Record<string, string>>,
): Promise<KernelFiles & { readonly remove: () => Promise<void> }> {
  const files = Object.entries({ 1: '/sbin/init\0', ...processes }).map(([pid, command]) => [
    `${pid}/cmdline`,
    command,
  ]);
  const folder = await folderWith(Object.fromEntries(files));
  return { proc: folder.at('.'), cgroup: '/nowhere', remove: folder.remove };
}
