import { z } from 'zod';
import { part, plainWords, sh, type ShellCommand } from '../shell.ts';
import type { OnceCommand } from '../targets.ts';
import { captureWhole } from '../text/captured.ts';
import { visible } from '../text/visible.ts';
import { sentences, type Words, words } from '../words.ts';
import { resourceOfHost, stepFacts } from './facts.ts';
import { type Heard, PARTLY, type StepKind } from './hands.ts';
import { byCommand, type CommandOnHost, type Exited } from './on-host.ts';

/** A command line made by `sh`. Nothing in it is invisible: what a person reads is what is run. */
const Command = z.custom<ShellCommand>(
  (value) => typeof value === 'string' && value.trim() !== '' && visible(value) === value,
  'a command has text, and nothing in it that cannot be seen',
);
export const UserName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/);
const EXIT_CODE = z.number().int().min(0).max(255);

/** Runs one command on a host, once: a marker on the host refuses a second time, and keeps its output and exit code. */
export const ShellStep = z
  .strictObject({
    kind: z.literal('shell'),
    ...stepFacts,
    host: z.string(),
    /** As whom; absent: as the user that Fettle logs in with. Another one is reached through sudo, without a password. */
    user: UserName.exactOptional(),
    command: Command,
    /** Exit codes that mean success; 0 unless set. */
    success: z.array(EXIT_CODE).min(1).readonly().exactOptional(),
    /** The command is ended after so long: TERM, and KILL after the grace. */
    timeoutSeconds: z.number().int().positive().max(3600),
    graceSeconds: z.number().int().min(0).max(300).exactOptional(),
  })
  .readonly();
export type ShellStep = z.infer<typeof ShellStep>;

export const shell: StepKind<ShellStep> = {
  masked: (step) => ({ ...step, command: captureWhole(step.command) as string as ShellCommand }),
  shown: ({ host, user, command, success, timeoutSeconds }) => {
    const text = user === undefined ? command : asUser(user, command);
    return {
      place: host,
      language: 'sh',
      note: runNote(host, user, timeoutSeconds, success),
      text: both(text),
    };
  },
  touches: ({ host }, estate) => [resourceOfHost(estate, host)],
  effects: ({ host, user, command }) => [[host, user ?? '', command].join('\n')],
  ...byCommand((step) => onHost(step)),
};

const GRACE_SECONDS = 10;

const onHost = (step: ShellStep): CommandOnHost => ({
  host: step.host,
  command: commandAs(step.user, step.command, step),
  judge: (exited) => judgeExit(exited, step.success),
});

/** A command in the name of a user, with its limits. */
export const commandAs = (
  user: string | undefined,
  command: ShellCommand,
  limits: { readonly timeoutSeconds: number; readonly graceSeconds?: number | undefined },
): OnceCommand => ({
  kind: 'command',
  command,
  ...(user === undefined ? {} : { as: { user, command: asUser(user, command) } }),
  timeoutSeconds: limits.timeoutSeconds,
  graceSeconds: limits.graceSeconds ?? GRACE_SECONDS,
});

/** Through sudo: a plain command as it is, so that a line of sudoers can name it; anything else through a shell of that user. */
export const asUser = (user: string, command: ShellCommand): ShellCommand =>
  plainWords(command) !== undefined
    ? sh`sudo -n -u ${user} -- ${part(command)}`
    : sh`sudo -n -u ${user} -- sh -c ${command}`;

function judgeExit({ code, output }: Exited, success: readonly number[] = [0]): Heard {
  return success.includes(code)
    ? {
        kind: 'done',
        says: words(`Ended with exit code ${code}.`, `执行结束，退出码 ${code}。`),
        evidence: output,
      }
    : {
        kind: 'failed',
        says: sentences(words(`Ended with exit code ${code}.`, `执行结束，退出码 ${code}。`), PARTLY),
        evidence: output,
      };
}

/** One line above the command: where, as whom, how often, for how long, and which exit codes mean success. */
export function runNote(
  host: string,
  user: string | undefined,
  timeoutSeconds: number,
  success: readonly number[] = [0],
): Words {
  const codes = success.length === 1 && success[0] === 0 ? undefined : success.join(', ');
  return words(
    `on ${host}${user === undefined ? '' : ` as ${user}`}, once, at most ${timeoutSeconds} s${codes === undefined ? '' : `, success is exit code ${codes}`}`,
    `在 ${host} 上${user === undefined ? '' : `以 ${user} 身份`}执行，仅一次，最长 ${timeoutSeconds} 秒${codes === undefined ? '' : `，退出码 ${codes} 为成功`}`,
  );
}

const both = (text: string): Words => ({ en: text, zh: text });
