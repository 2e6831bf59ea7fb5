import { accessSync, constants } from 'node:fs';
import type { SshOptions } from './ssh-options.ts';

/** A file that every login needs and that is not as it must be. */
export interface SshFileProblem {
  readonly file: string;
  readonly setting: 'SSH_KEY_FILE' | 'SSH_AUTH_SOCK' | 'SSH_KNOWN_HOSTS';
  readonly problem: 'missing' | 'unreadable';
}

/** What is wrong with the key, the agent's socket and the pins, before any host is asked. Who else can read them is no matter of logging in. */
export function sshFileProblems({
  login,
  hostKeys,
}: Pick<SshOptions, 'login' | 'hostKeys'>): readonly SshFileProblem[] {
  const problems: SshFileProblem[] = [];
  const look = (setting: SshFileProblem['setting'], file: string): void => {
    const problem = problemOf(file);
    if (problem) problems.push({ file, setting, problem });
  };
  switch (login.kind) {
    case 'key-file':
      look('SSH_KEY_FILE', login.path);
      break;
    case 'agent':
      look('SSH_AUTH_SOCK', login.socket);
      break;
    case 'key-text':
      break;
    default:
      login satisfies never;
  }
  if (hostKeys.knownHosts !== undefined) look('SSH_KNOWN_HOSTS', hostKeys.knownHosts);
  return problems;
}

function problemOf(file: string): 'missing' | 'unreadable' | undefined {
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable';
  }
}
