import { z } from 'zod';
import type { Host } from '../kit/index.ts';
import { near } from './near.ts';
import type { Mistake } from './policy-names.ts';

/** A name of Kubernetes (RFC 1123), which is also what its API takes in an address. */
const kubernetesName = (what: string) =>
  z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, `write ${what}: small letters, digits and "-"`);
const consoleWord = z
  .string()
  .regex(/^[^\s\p{C}>](?:[^\p{C}>]{0,98}[^\s\p{C}>])?$/u, 'write the word as the console shows it');

/** Where the container of a host is, as the entry of a host says it. */
export const placeFields = {
  node: z.string({ error: 'write the name of the host that carries the container' }).optional(),
  container: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,254}$/, 'write the name that docker ps shows')
    .optional(),
  namespace: kubernetesName('a namespace').optional(),
  workload: z
    .string()
    .regex(
      /^(deployment|statefulset)\/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'write deployment/<name> or statefulset/<name>',
    )
    .optional(),
  pod: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'write the name of the pod, like msgbroker-0')
    .optional(),
  search: consoleWord.optional(),
  product: consoleWord.optional(),
  ops: z.boolean({ error: 'write true for a node that carries the platform itself' }).optional(),
};
const PlaceEntry = z.object(placeFields);
type PlaceEntry = z.infer<typeof PlaceEntry>;

/** The words of each adapter, those that it cannot do without first. */
const OF_ADAPTER = {
  docker: { needs: ['node', 'container'], has: ['node', 'container'] },
  kubernetes: { needs: ['namespace', 'workload'], has: ['namespace', 'workload', 'pod'] },
} as const satisfies Readonly<
  Record<string, { needs: readonly (keyof PlaceEntry)[]; has: readonly (keyof PlaceEntry)[] }>
>;

/** The members of a host that say where its container is. The entry has no mistakes. */
export function placeOf(entry: PlaceEntry): Pick<Host, 'container' | 'console' | 'isOpsNode'> {
  const { node, container, namespace, workload, pod, search, product, ops } = entry;
  const [, kind, name] = /^(deployment|statefulset)\/(.+)$/.exec(workload ?? '') ?? [];
  return {
    ...(node !== undefined && container !== undefined
      ? { container: { adapter: 'docker', node, container } }
      : {}),
    ...(namespace !== undefined && (kind === 'deployment' || kind === 'statefulset') && name !== undefined
      ? {
          container: {
            adapter: 'kubernetes',
            namespace,
            workload: { kind, name },
            ...(pod === undefined ? {} : { pod }),
          },
        }
      : {}),
    ...(search !== undefined ? { console: { search, ...(product === undefined ? {} : { product }) } } : {}),
    ...(search === undefined && product !== undefined ? { console: { product } } : {}),
    ...(ops === true ? { isOpsNode: true } : {}),
  };
}

/** How the containers of an estate are reached. */
export const ADAPTERS = ['docker', 'kubernetes', 'manual'] as const;
type Adapter = (typeof ADAPTERS)[number];

/** The members of an inventory that say where containers are. */
interface Placed {
  readonly apps: Readonly<Record<string, { readonly hosts: readonly NamedEntry[] }>>;
  readonly containers: { readonly adapter: Adapter };
}

/** Places that are of another adapter, are half there, are nowhere, or are said of two hosts. */
export function placeMistakes(data: Placed): readonly Mistake[] {
  const hosts = Object.entries(data.apps).flatMap(([app, entry]) =>
    entry.hosts.map((host, index) => ({ path: `apps.${app}.hosts.${index}`, host })),
  );
  const names = hosts.map(({ host }) => host.name);
  return hosts.flatMap(({ path, host }, index) => [
    ...ofOtherAdapter(path, host, data.containers.adapter),
    ...halfThere(path, host),
    ...nodeMistakes(path, host, hosts.find((each) => each.host.name === host.node)?.host, names),
    ...takenBefore(path, host, hosts.slice(0, index)),
  ]);
}

type NamedEntry = PlaceEntry & { readonly name: string };

const ofOtherAdapter = (path: string, host: PlaceEntry, adapter: Adapter): readonly Mistake[] =>
  (['docker', 'kubernetes'] as const)
    .filter((other) => other !== adapter)
    .flatMap((other) => OF_ADAPTER[other].has)
    .filter((word) => host[word] !== undefined)
    .map((word) => ({
      path: `${path}.${word}`,
      says: `belongs to another adapter, and containers.adapter is ${adapter}; remove it, or change containers.adapter`,
    }));

const halfThere = (path: string, host: PlaceEntry): readonly Mistake[] =>
  Object.values(OF_ADAPTER).flatMap(({ needs, has }) =>
    has.some((word) => host[word] !== undefined)
      ? needs
          .filter((word) => host[word] === undefined)
          .map((word) => ({ path: `${path}.${word}`, says: `is missing; write ${needs.join(' and ')}` }))
      : [],
  );

function nodeMistakes(
  path: string,
  host: NamedEntry,
  node: NamedEntry | undefined,
  names: readonly string[],
): readonly Mistake[] {
  const wrong = (says: string): readonly Mistake[] => [{ path: `${path}.node`, says }];
  if (host.node === undefined) return [];
  if (host.node === host.name) return wrong('is the host itself; write the machine that carries it');
  if (node === undefined)
    return wrong(
      `${host.node} is no host of this file${near(host.node, names, 2)}; correct the name, or add the node`,
    );
  return node.node === undefined ? [] : wrong(`${host.node} is a container itself; write a machine`);
}

/** One container is one host, or somebody restarts another than the one shown. */
function takenBefore(
  path: string,
  host: NamedEntry,
  before: readonly { readonly host: NamedEntry }[],
): readonly Mistake[] {
  const taken = (word: 'container' | 'pod', same: (other: NamedEntry) => boolean): readonly Mistake[] => {
    const other = before.find((each) => same(each.host));
    return host[word] === undefined || !other
      ? []
      : [{ path: `${path}.${word}`, says: `is the ${word} of ${other.host.name} already` }];
  };
  return [
    ...taken('container', (other) => other.container === host.container && other.node === host.node),
    ...taken('pod', (other) => other.pod === host.pod && other.namespace === host.namespace),
  ];
}
