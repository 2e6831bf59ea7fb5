import type { Check } from '../check.ts';
import type { Clause, RowId } from '../clause.ts';
import { connectedTo } from '../probes/connected.ts';
import { words } from '../words.ts';

export interface SharedServices {
  /** Put before `-acvip` and `-registry`. */
  readonly id: string;
  readonly app: string;
  readonly clause: Clause;
  /** The rows of the connection to ACVIP and of that to the registry. */
  readonly acvip: RowId;
  readonly registry: RowId;
  /** Where the manual says which address of ACVIP it must be: that of the inventory. */
  readonly pinned?: true;
}

/** The connections that a server of the middleware keeps to the services that all of them share: to ACVIP and to the registry. */
export const sharedServices = (facts: SharedServices): readonly Check[] => {
  const { id, app, clause, acvip, registry, pinned } = facts;
  return [
    {
      id: `${id}-acvip`,
      title: words('Connection to ACVIP', '与 ACVIP 的连接'),
      apps: [app],
      rows: [acvip],
      clause,
      literal: 'netstat -an | grep 9003',
      ...connectedTo([9003], words('ACVIP', 'ACVIP'), pinned ? { pinned: 'acvip' } : {}),
    },
    {
      id: `${id}-registry`,
      title: words('Connection to the registry', '与注册中心的连接'),
      apps: [app],
      rows: [registry],
      clause,
      literal: 'netstat -an | grep 9600',
      ...connectedTo([9600], words('the registry', '注册中心')),
    },
  ];
};
