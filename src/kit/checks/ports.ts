import type { HostCheck, Limit } from '../check.ts';
import type { Clause, RowId } from '../clause.ts';
import { listening } from '../probes/listening.ts';
import { type Words, words } from '../words.ts';

export interface Ports {
  readonly id: string;
  readonly title?: Words;
  readonly apps: readonly string[];
  readonly clause: Clause;
  readonly rows: readonly [RowId, ...RowId[]];
  readonly ports: readonly [number, ...number[]];
  readonly literal?: string;
  /** Where the manual gives a level to a closed port, or says how long it must be closed. */
  readonly closed?: Omit<Limit, 'value'>;
}

/** Every port must be in LISTEN on every host of the apps. */
export const portsCheck = ({ ports, title, closed, ...facts }: Ports): HostCheck => ({
  ...facts,
  title: title ?? words('Ports', '端口'),
  ...(closed ? { limits: { open: { ...closed, value: 1 } } } : {}),
  ...listening(ports),
});

/** The port of the container's sshd; the manuals monitor it and do not explain it (ERR-GEN-21). `id` is put before `-maintenance-port`. */
export const maintenancePort = ({
  id,
  app,
  ...facts
}: Pick<Ports, 'id' | 'clause' | 'rows'> & { readonly app: string }): HostCheck =>
  portsCheck({
    ...facts,
    id: `${id}-maintenance-port`,
    title: words('Maintenance port', '维护端口'),
    apps: [app],
    ports: [2022],
  });
