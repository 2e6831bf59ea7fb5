import { part, type ShellCommand, sh } from '../shell.ts';
import { type DockerContainer, INSPECT_FORMAT, type DockerStart } from './docker.ts';

/** Acts of Docker on one container. */
export type DockerAct = 'restart' | 'start' | 'stop' | 'remove';

/** The container, and the start of it that was shown. */
export type DockerPlace = DockerStart & {
  readonly container: string;
  /** Whether it ran when it was shown. */
  readonly ran: boolean;
};

/** Seconds that a container or a pod is given to end by itself. */
export const GRACE_SECONDS = 30;
/** The grace, the killing of what is left, and the start of a container on a busy node. */
export const ACT_SECONDS = 120;

/** Exit codes of the guard, which docker itself does not use. */
export const GUARD_CODE = { already: 97, differs: 98 } as const;

/** The exact command, as people read it and as it is carried out. */
export function dockerCommand(act: DockerAct, container: string): ShellCommand {
  switch (act) {
    case 'restart':
      return sh`docker restart -t ${GRACE_SECONDS} ${container}`;
    case 'start':
      return sh`docker start ${container}`;
    case 'stop':
      return sh`docker stop -t ${GRACE_SECONDS} ${container}`;
    case 'remove':
      return sh`docker rm ${container}`;
    default:
      return act satisfies never;
  }
}

/** The command behind a last look on the node: the container must be the very one that was shown, in a state in which this may be done to it. */
export const guardedCommand = (
  act: DockerAct,
  { container, id, startedAt }: DockerPlace,
): ShellCommand => sh`c=${container} id=${id} at=${startedAt}
now=$(docker inspect --type container --format ${INSPECT_FORMAT} "$c" 2>&1) || { echo "$now"; exit 98; }
case $now in
${part(ALLOWED[act])}
*) echo "$now"; exit 98;;
esac
exec ${part(dockerCommand(act, container))}`;

/** Status words of `docker inspect`; `restarting` and `removing` are nobody's to touch. */
const ALLOWED: Readonly<Record<DockerAct, ShellCommand>> = {
  restart: sh`"$id|running|$at"|"$id|paused|$at"|"$id|exited|$at"|"$id|created|$at"|"$id|dead|$at") ;;`,
  start: sh`"$id|running|"*) echo "$now"; exit 97;;
"$id|exited|"*|"$id|created|"*) ;;`,
  stop: sh`"$id|running|$at"|"$id|paused|$at") ;;
"$id|exited|"*) echo "$now"; exit 97;;`,
  remove: sh`"$id|exited|$at"|"$id|created|$at"|"$id|dead|$at") ;;`,
};

/** The command when the container is looked at: it is over, or it was begun so long ago. */
export type Known =
  | { readonly kind: 'over' }
  /** Its process left no result; the daemon may still be at it. `secondsAgo` by the node's clock. */
  | { readonly kind: 'begun'; readonly secondsAgo: number | undefined };

/** Whether the act took effect, by the container as it is now. `failed`: part of it did. */
export function tookEffect(
  act: DockerAct,
  place: DockerPlace,
  now: DockerContainer,
  known: Known,
): 'done' | 'without-effect' | 'failed' | 'unknown' {
  const { state, start } = now;
  if (state === 'unknown') return 'unknown';
  if (act === 'remove' && state === 'absent') return 'done';
  if (state === 'absent' || (start !== undefined && start.id !== place.id)) return 'failed';
  const not = known.kind === 'over' || isSettled(known) ? 'without-effect' : 'unknown';
  switch (act) {
    case 'restart': {
      if (start === undefined) return 'unknown';
      if (start.startedAt === place.startedAt) return state === 'stopped' && place.ran ? 'failed' : not;
      if (known.kind === 'begun' && !isSince(now, known)) return not;
      return state === 'running' ? 'done' : 'failed';
    }
    case 'start':
      return state === 'running' ? 'done' : state === 'stopped' ? not : 'unknown';
    case 'stop':
      return state === 'stopped' ? 'done' : state === 'running' || state === 'abnormal' ? not : 'unknown';
    case 'remove':
      return state === 'busy' ? 'unknown' : not;
    default:
      return act satisfies never;
  }
}

const isSettled = ({ secondsAgo }: Extract<Known, { kind: 'begun' }>): boolean =>
  secondsAgo !== undefined && secondsAgo > ACT_SECONDS;

/** Started after the command was begun, both by the node's clock, which is told in whole seconds. */
const isSince = (
  { ageSeconds }: DockerContainer,
  { secondsAgo }: Extract<Known, { kind: 'begun' }>,
): boolean => ageSeconds !== undefined && secondsAgo !== undefined && ageSeconds <= secondsAgo + 1;
