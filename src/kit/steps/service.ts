import { z } from 'zod';
import { sh, type ShellCommand } from '../shell.ts';
import { sentences, type Words, words } from '../words.ts';
import { resourceOfHost, stepFacts } from './facts.ts';
import { type Heard, PARTLY, type StepKind } from './hands.ts';
import { byCommand, type CommandOnHost, type Exited } from './on-host.ts';
import { commandAs, runNote } from './shell.ts';

/** Starts, stops or restarts a service of a host as root, once, and sees that it then runs, or not: of a restart, that it runs since then. */
export const ServiceStep = z
  .strictObject({
    kind: z.literal('service'),
    ...stepFacts,
    host: z.string(),
    /** The tool that the manual names. */
    by: z.enum(['systemctl', 'service']),
    unit: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.@:-]{0,127}$/),
    act: z.enum(['start', 'stop', 'restart']),
    /** For the command, and again for the state to come about. */
    timeoutSeconds: z.number().int().positive().max(600),
  })
  .readonly();
export type ServiceStep = z.infer<typeof ServiceStep>;

export const service: StepKind<ServiceStep> = {
  masked: (step) => step,
  shown: (step) => {
    const { host, act, timeoutSeconds } = step;
    const text = commandOf(step);
    const note = runNote(host, undefined, 2 * timeoutSeconds);
    const [en, zh] = WANTED[act];
    return {
      place: host,
      language: 'sh',
      note: words(`${note.en}; then ${en}`, `${note.zh}；随后${zh}`),
      text: { en: text, zh: text },
    };
  },
  touches: ({ host }, estate) => [resourceOfHost(estate, host)],
  effects: ({ host, unit, act }) => [[host, 'service', unit, act].join('\n')],
  ...byCommand((step) => onHost(step)),
};

const WANTED = {
  start: ['it must run', '必须处于运行状态'],
  stop: ['it must not run', '必须处于停止状态'],
  restart: ['it must run, started anew', '必须重新启动并处于运行状态'],
} as const;

/** Exit codes of the whole beyond those of the tool, which are told as 1. */
const CODE = { notAsWanted: 90, sameAsBefore: 91 } as const;

/** The tool as root, then its own word on the state, asked until it is as wanted. Logins often have no sbin in their path. */
function commandOf({ by, unit, act, timeoutSeconds }: ServiceStep): ShellCommand {
  return by === 'systemctl'
    ? sh`unit=${unit} act=${act} limit=${timeoutSeconds}
since() { systemctl show --property=ActiveEnterTimestampMonotonic --property=MainPID "$unit"; }
before=$(since)
as='sudo -n -u root --'; [ "$(id -u)" != 0 ] || as=
$as systemctl "$act" "$unit" || exit 1
n=0
while :; do
  if systemctl is-active --quiet "$unit"; then now=up; else now=down; fi
  case $act:$now in start:up|restart:up|stop:down) break;; esac
  [ $n -lt "$limit" ] || { systemctl status --no-pager "$unit"; exit ${CODE.notAsWanted}; }
  n=$((n + 1)); sleep 1
done
systemctl show --property=ActiveState --property=ActiveEnterTimestamp "$unit"
[ "$act" != restart ] || [ "$before" != "$(since)" ] || exit ${CODE.sameAsBefore}`
    : sh`unit=${unit} act=${act} limit=${timeoutSeconds} PATH=$PATH:/usr/sbin:/sbin
as='sudo -n -u root --'; [ "$(id -u)" != 0 ] || as=
$as service "$unit" "$act" || exit 1
n=0
while :; do
  if service "$unit" status; then now=up; else now=down; fi
  case $act:$now in start:up|restart:up|stop:down) exit 0;; esac
  [ $n -lt "$limit" ] || exit ${CODE.notAsWanted}
  n=$((n + 1)); sleep 1
done`;
}

const onHost = (step: ServiceStep): CommandOnHost => ({
  host: step.host,
  command: commandAs(undefined, commandOf(step), { timeoutSeconds: 2 * step.timeoutSeconds }),
  judge: (exited) => judge(step, exited),
});

function judge({ unit, act }: ServiceStep, { code, output: evidence }: Exited): Heard {
  if (code === 0) return { kind: 'done', says: DONE[act](unit), evidence };
  const why =
    code === CODE.notAsWanted
      ? act === 'stop'
        ? words(`${unit} still runs.`, `${unit} 仍在运行。`)
        : words(`${unit} does not run.`, `${unit} 未处于运行状态。`)
      : code === CODE.sameAsBefore
        ? words(`${unit} runs, but not anew.`, `${unit} 在运行，但没有重新启动。`)
        : words(`The command for ${unit} was refused or failed.`, `${unit} 的操作命令被拒绝或执行失败。`);
  return {
    kind: 'failed',
    says: sentences(why, PARTLY),
    evidence,
  };
}

const DONE: Readonly<Record<ServiceStep['act'], (unit: string) => Words>> = {
  start: (unit) => words(`${unit} runs.`, `${unit} 已在运行。`),
  stop: (unit) => words(`${unit} is stopped.`, `${unit} 已停止。`),
  restart: (unit) => words(`${unit} was restarted and runs.`, `${unit} 已重新启动并在运行。`),
};
