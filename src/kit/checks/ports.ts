import type { Check, Limit } from '../check.ts';
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
export const portsCheck = ({ ports, title, closed, ...facts }: Ports): Check => ({
  ...facts,
  title: title ?? (ports.length === 1 ? words('Port', '端口') : words('Ports', '端口')),
  ...(closed ? { limits: { open: { ...closed, value: 1 } } } : {}),
  ...listening(ports),
});
