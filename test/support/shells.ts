import { existsSync } from 'node:fs';
import { mkdtemp, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A folder for the front of PATH in which `sh` is this shell. */
export interface ShellHere {
  readonly name: string;
  readonly bin: string;
}

const BUSYBOX = [
  'sh',
  'setsid',
  'mkfifo',
  'dd',
  'head',
  'cat',
  'sleep',
  'id',
  'date',
  'find',
  'sed',
  'mv',
  'ls',
];

/** The shells of this machine that hosts have as `sh`; busybox comes with its own tools. */
export async function shellsHere(): Promise<readonly ShellHere[]> {
  const found: ShellHere[] = [];
  for (const [name, file, tools] of [
    ['dash', '/bin/dash', ['sh']],
    ['bash', '/bin/bash', ['sh']],
    ['busybox', process.env['BUSYBOX'] ?? '/bin/busybox', BUSYBOX],
  ] as const) {
    if (!existsSync(file)) continue;
    const bin = await mkdtemp(path.join(os.tmpdir(), `sh-is-${name}-`));
    for (const tool of tools) await symlink(file, path.join(bin, tool));
    found.push({ name, bin });
  }
  return found;
}
