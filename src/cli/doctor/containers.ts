import { captureLine, type ContainerSeen, type Estate, say, seeContainers } from '../../kit/index.ts';
import type { Containers } from '../../kit/targets.ts';
import { byCause, type Diagnosis, type Failed } from './diagnosis.ts';

/** Asks every node or the cluster for the containers of the inventory: one line for all that were found, one for each cause of trouble. */
export async function diagnoseContainers(
  estate: Pick<Estate, 'hosts'>,
  containers: Containers,
): Promise<readonly Diagnosis[]> {
  const hosts = estate.hosts.filter(({ container }) => container !== undefined);
  if (hosts.length === 0) return [];
  const seen = await seeContainers(hosts, estate, containers);
  const failed = seen.flatMap((each) => troubleOf(each) ?? []);
  const found = hosts.length - failed.length;
  return [
    { name: 'containers', ok: found === hosts.length, says: `${found} of ${hosts.length} found` },
    ...byCause({ one: 'container', many: 'containers' }, failed),
  ];
}

/** A container that is stopped or works abnormally is no trouble of the configuration. */
function troubleOf({ host, state, says }: ContainerSeen): Failed | undefined {
  if (state === 'absent')
    return {
      name: host,
      cause: 'not there under the name that the inventory gives',
      advice: 'Correct node and container, or namespace, workload and pod, in inventory.yaml.',
    };
  if (state !== 'unknown') return undefined;
  return {
    name: host,
    cause: captureLine(say(says, 'en')).replace(/\.$/, ''),
    advice: 'Containers there are neither shown nor restarted.',
  };
}
