import { existsSync, readFileSync } from 'node:fs';
import type { PracticeApp } from './apps/app.ts';
import { commandStub } from './command-gateway.ts';
import { ping } from './ping.ts';
import type { Executable } from './service.ts';

const scriptIn = (file: string): string => readFileSync(new URL(`./host/${file}`, import.meta.url), 'utf8');

/** Commands that every host has. */
const EVERYWHERE: Readonly<Record<string, Executable | string>> = {
  '/usr/bin/date': scriptIn('date.sh'),
  '/usr/bin/sudo': scriptIn('sudo.sh'),
  '/usr/bin/ping': ping,
};

const allOf = ({ programs }: PracticeApp): readonly (readonly [string, Executable | string])[] =>
  [EVERYWHERE, ...programs.map(({ executables = {} }) => executables)].flatMap((each) =>
    Object.entries(each),
  );

/** The commands of an app's hosts that are answered from outside, by their path. */
export const commandsOf = (app: PracticeApp): ReadonlyMap<string, Executable> =>
  new Map(
    allOf(app).flatMap(([file, command]) => (typeof command === 'string' ? [] : [[file, command] as const])),
  );

/** The files that stand for the commands of an app's hosts: path to the script in it. */
export const scriptsOf = (app: PracticeApp): ReadonlyMap<string, string> =>
  new Map(
    allOf(app).flatMap(([file, command]) => {
      const script = typeof command === 'string' ? command : commandStub(file);
      return [file, ...besidesOf(file)].map((place) => [place, script] as const);
    }),
  );

/** Where this machine has a program of the same name that a shell would find first. */
const besidesOf = (file: string): readonly string[] =>
  ['/usr/local/bin/', '/usr/local/sbin/']
    .map((folder) => file.replace(/^\/usr\/s?bin\//, folder))
    .filter((place) => place !== file && existsSync(place));
