import { part, type ShellCommand, sh } from '../shell.ts';
import type { ExecAnswer } from '../exec.ts';
import { type ContainerState, stateOf } from './state.ts';

/**
 * Ends where there is no Docker, or where its socket is closed to the login: Docker 1.11 tells of that in the words in which it
 * tells of a daemon that is down.
 */
export const MAY_ASK_DOCKER = part(sh`command -v docker >/dev/null 2>&1 || exit 127
s=/var/run/docker.sock
case $DOCKER_HOST in unix://*) s=$(echo "$DOCKER_HOST" | cut -c 8-) ;; ?*) s= ;; esac
if [ -S "$s" ] && [ ! -w "$s" ]; then echo 'permission denied'; exit 1; fi`);

/** Tells one start of a container from another: its id, and when it was started by the node's clock, as Docker prints them. */
export interface DockerStart {
  readonly id: string;
  readonly startedAt: string;
}

export const DOCKER_ID = /^[0-9a-f]{64}$/;
export const DOCKER_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Fields of `docker inspect`: what identifies a start, between bars. */
export const INSPECT_FORMAT = '{{.Id}}|{{.State.Status}}|{{.State.StartedAt}}';

/** A container as the Docker of its node shows it. */
export interface DockerContainer {
  readonly state: ContainerState;
  /** The status as Docker printed it. */
  readonly status: string;
  readonly start?: DockerStart;
  /** Seconds since it was started, by the node's clock alone. */
  readonly ageSeconds?: number;
}

export type DockerSeen =
  | { readonly kind: 'seen'; readonly containers: ReadonlyMap<string, DockerContainer> }
  | { readonly kind: 'not-seen'; readonly because: 'no-docker' | 'not-allowed' | 'no-daemon' | 'no-answer' };

/** Lists all containers of a node and inspects these; the lines between marks are Docker's. Changes nothing. */
export const dockerScript = (names: readonly string[], mark: string): ShellCommand => sh`${MAY_ASK_DOCKER}
m=${mark}
echo "$m clock $(date +%s)"
docker ps -a --no-trunc --format '{{.ID}}|{{.Names}}|{{.Status}}' || exit 1
echo "$m listed"
docker inspect --type container --format ${INSPECT_FORMAT} ${part(wordsOf(names))} 2>/dev/null
echo "$m end"`;

const wordsOf = (names: readonly string[]): ShellCommand =>
  names.reduce<ShellCommand>((before, name) => sh`${part(before)} ${name}`, sh``);

/** Reads what the script printed. Anything that is not as Docker writes it makes its container unknown; an incomplete answer makes all unknown. */
export function readDocker(answer: ExecAnswer, names: readonly string[], mark: string): DockerSeen {
  if (answer.kind === 'no-answer') return { kind: 'not-seen', because: 'no-answer' };
  const text = `${answer.stdout}\n${answer.stderr}`;
  if (answer.exitCode === 127) return { kind: 'not-seen', because: 'no-docker' };
  if (answer.exitCode !== 0 && /permission denied/i.test(text))
    return { kind: 'not-seen', because: 'not-allowed' };
  if (answer.exitCode !== 0 && /cannot connect to the docker daemon/i.test(text))
    return { kind: 'not-seen', because: 'no-daemon' };
  const parts = depsOf(answer.stdout, mark);
  if (answer.exitCode !== 0 || answer.truncated || !parts) return { kind: 'not-seen', because: 'no-answer' };
  const listed = parts.listed.flatMap((line) => listedLine(line) ?? []);
  const isWhole = listed.length === parts.listed.length;
  const inspected = parts.inspected.flatMap((line) => inspectedLine(line) ?? []);
  const seen = (name: string): DockerContainer => {
    const [own, twice] = listed.filter(({ names: each }) => each.includes(name));
    if (twice) return UNKNOWN;
    if (!own) return isWhole ? { state: 'absent', status: '' } : UNKNOWN;
    const [found, again] = inspected.filter(({ id }) => id === own.id);
    const state = stateOf(own.status);
    if (!found || again || !agree(state, found.status)) return { state: 'unknown', status: own.status };
    const { id, startedAt } = found;
    const ageSeconds = parts.clock - Date.parse(startedAt) / 1000;
    const neverStarted = startedAt.startsWith('0001-');
    return { state, status: own.status, start: { id, startedAt }, ...(neverStarted ? {} : { ageSeconds }) };
  };
  return { kind: 'seen', containers: new Map(names.map((name) => [name, seen(name)])) };
}

const UNKNOWN: DockerContainer = { state: 'unknown', status: '' };

function depsOf(
  stdout: string,
  mark: string,
): { clock: number; listed: readonly string[]; inspected: readonly string[] } | undefined {
  const lines = stdout.split('\n');
  const begin = lines.findIndex((line) => line.startsWith(`${mark} clock `));
  const [listed, end] = [lines.indexOf(`${mark} listed`), lines.indexOf(`${mark} end`)];
  const [, clock] = /^ clock (\d{9,12})$/.exec(lines[begin]?.slice(mark.length) ?? '') ?? [];
  if (clock === undefined || begin > listed || listed > end) return undefined;
  const between = (from: number, to: number): readonly string[] =>
    lines.slice(from + 1, to).filter((line) => line !== '');
  return { clock: Number(clock), listed: between(begin, listed), inspected: between(listed, end) };
}

function listedLine(line: string): { id: string; names: readonly string[]; status: string } | undefined {
  const [id = '', names = '', status, ...more] = line.split('|');
  if (!DOCKER_ID.test(id) || status === undefined || more.length > 0) return undefined;
  // A link to a container is another name of it, with the name of the other before a slash.
  const own = names.split(',').filter((name) => !name.includes('/'));
  return own.length === 0 ? undefined : { id, names: own, status };
}

function inspectedLine(line: string): (DockerStart & { readonly status: string }) | undefined {
  const [id = '', status = '', startedAt = '', ...more] = line.split('|');
  const isOne = DOCKER_ID.test(id) && DOCKER_TIME.test(startedAt) && more.length === 0;
  return isOne ? { id, startedAt, status } : undefined;
}

/** The list and the inspection were made one after the other: where they differ, it is changing now. */
const agree = (state: ContainerState, status: string): boolean =>
  AGREES.get(status)?.includes(state) === true;

const AGREES: ReadonlyMap<string, readonly ContainerState[]> = new Map([
  ['running', ['running', 'abnormal']],
  ['paused', ['abnormal']],
  ['exited', ['stopped']],
  ['created', ['stopped']],
  ['dead', ['abnormal']],
  ['restarting', ['busy']],
  ['removing', ['busy']],
]);
