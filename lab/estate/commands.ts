import type { PracticeApp } from './apps/app.ts';
import { commandStub } from './command-door.ts';
import { ping } from './ping.ts';
import type { Executable } from './service.ts';

/** Commands that every host has, besides `date` and `sudo`. */
const EVERYWHERE: Readonly<Record<string, Executable>> = { '/usr/bin/ping': ping };

/** The commands of an app's hosts that are answered from outside, by their path. */
export function commandsOf(app: PracticeApp): ReadonlyMap<string, Executable> {
  const commands = new Map(Object.entries(EVERYWHERE));
  for (const { executables = {} } of app.programs) {
    for (const [file, command] of Object.entries(executables))
      if (typeof command !== 'string') commands.set(file, command);
  }
  return commands;
}

/** The files that stand for the commands of an app's hosts: path to the script in it. */
export function scriptsOf(app: PracticeApp): ReadonlyMap<string, string> {
  const scripts = new Map([...commandsOf(app).keys()].map((file) => [file, commandStub(file)]));
  for (const { executables = {} } of app.programs) {
    for (const [file, command] of Object.entries(executables))
      if (typeof command === 'string') scripts.set(file, command);
  }
  return scripts;
}
