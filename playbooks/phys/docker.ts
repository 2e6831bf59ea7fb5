import {
  cannotAsk,
  firstOf,
  type HostProbe,
  type Judgement,
  MAY_ASK_DOCKER,
  notUnderstood,
  sh,
  type ShellAnswer,
  unknown,
  words,
} from '../../src/kit/index.ts';

/** The oldest Docker whose containers keep their configuration when a node fails (002 §11.1.1, §11.2.1). */
const OLDEST = '1.11.1-00868fc';

/** The version of the daemon, at least the oldest that is safe. */
export const dockerVersion: HostProbe = {
  on: 'host',
  command: () => sh`${MAY_ASK_DOCKER}
docker version`,
  judge(answer) {
    const refused = refusal(answer, 'critical');
    if (refused) return refused;
    const server = answer.output.slice(/^Server:/m.exec(answer.output)?.index ?? answer.output.length);
    const [, version] = /^[ \t]*Version:[ \t]*(\S+)/m.exec(server) ?? [];
    return version === undefined ? notUnderstood() : [judgeVersion(version)];
  },
};

/** Exported for the tests. Of two builds of one version none is known to be the later: the part behind the dash is a commit. */
export function judgeVersion(version: string): Judgement {
  const [ours, oldest] = [numbersOf(version), numbersOf(OLDEST)];
  if (!ours || !oldest)
    return {
      state: 'unknown',
      says: words(`the version ${version} could not be understood`, `无法识别版本 ${version}`),
    };
  const order =
    ours.map((number, at) => number - (oldest[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
  if (order > 0 || version === OLDEST)
    return {
      state: 'ok',
      says: words(`Docker ${version}, at least ${OLDEST}`, `Docker ${version}，不低于 ${OLDEST}`),
    };
  if (order === 0)
    return {
      state: 'unknown',
      says: words(
        `Docker ${version} is another build than ${OLDEST}; which is the later cannot be seen`,
        `Docker ${version} 与 ${OLDEST} 构建不同，无法判断先后`,
      ),
    };
  return {
    state: 'warning',
    says: words(
      `Docker ${version} is older than ${OLDEST}: containers may lose their configuration`,
      `Docker ${version} 低于 ${OLDEST}，容器配置文件可能损坏`,
    ),
  };
}

function numbersOf(version: string): readonly number[] | undefined {
  const [, major, minor, patch = '0'] = /^(\d+)\.(\d+)(?:\.(\d+))?(?:[-+~.].*)?$/.exec(version) ?? [];
  return major === undefined ? undefined : [major, minor, patch].map(Number);
}

/** Every container of the node is up. One may have been taken offline on purpose, so that it is not more than a warning. */
export const containers: HostProbe = {
  on: 'host',
  command: () => sh`${MAY_ASK_DOCKER}
docker ps -a --format '{{.Names}}|{{.Status}}' && echo whole`,
  judge(answer) {
    const refused = refusal(answer, 'unknown');
    if (refused) return refused;
    const lines = answer.output.trimEnd().split('\n');
    if (lines.pop() !== 'whole') return notUnderstood();
    const listed = lines.filter(Boolean).map((line): Container => {
      const [name = '', status = ''] = line.split('|');
      return { name, status };
    });
    const over = new Set(endedOf(listed));
    const all = listed.filter((each) => !over.has(each));
    const down = all.filter((each) => !isUp(each));
    if (down.length === 0) {
      const [en, zh] =
        over.size === 0
          ? ['', '']
          : [
              `, not counting ${over.size} of pods that are over`,
              `（不含已结束的 Pod 容器 ${over.size} 个）`,
            ];
      const says = words(`all ${all.length} containers are Up${en}`, `${all.length} 个容器均为 Up${zh}`);
      return [{ state: 'ok', value: 0, says }];
    }
    const named = firstOf(down.map(({ name, status }) => `${name} ${status}`));
    const says = words(
      `${down.length} of ${all.length} containers are not Up: ${named.en}`,
      `${all.length} 个容器中 ${down.length} 个不是 Up：${named.zh}`,
    );
    return [{ state: 'warning', value: down.length, says }];
  },
};

interface Container {
  readonly name: string;
  readonly status: string;
}

const isUp = ({ status }: Container): boolean => /^Up\b(?!.*\(Paused\))/.test(status);

/** Of `k8s_container_pod_namespace_uid_attempt` all but the attempt, which older ones have as hexadecimal digits. */
const podOf = ({ name }: Container): string | undefined => /^(k8s_.+)_[0-9a-f]+$/.exec(name)?.[1];

/**
 * Containers that kubelet keeps in the list after they are over: tasks that have ended with 0, and attempts after which it has
 * started another. Where nothing is Up, none is known to be over.
 */
function endedOf(listed: readonly Container[]): readonly Container[] {
  const up = listed.filter(isUp);
  const again = new Set(up.map(podOf));
  return listed.filter((each) => {
    const pod = podOf(each);
    if (pod === undefined || up.length === 0 || isUp(each)) return false;
    return each.status.startsWith('Exited (0)') || (/^(Exited|Dead)\b/.test(each.status) && again.has(pod));
  });
}

/** What is to be said when Docker could not be asked; `silent` is what it means when the daemon does not answer. */
function refusal(
  { exitCode, output }: ShellAnswer,
  silent: 'critical' | 'unknown',
): readonly Judgement[] | undefined {
  if (exitCode === 127) return cannotAsk(['docker']);
  if (/permission denied/i.test(output))
    return unknown(words('the login may not ask the Docker daemon', '登录用户无权访问 Docker 守护进程'));
  if (/cannot connect to the docker daemon/i.test(output))
    return [{ state: silent, says: words('the Docker daemon does not answer', 'Docker 守护进程无应答') }];
  return undefined;
}
