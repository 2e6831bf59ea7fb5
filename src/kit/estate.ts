import type { RowId } from './clause.ts';
import type { Words } from './words.ts';

/** What the inventory declares, resolved: every alias known, every host placed. */
export interface Estate {
  readonly name: string;
  /** `production` asks for more approvals and refuses checks that change things. */
  readonly environment: 'production' | 'test' | 'practice';
  readonly timeZone: string;
  /** Base domain of the consoles, without a leading dot. */
  readonly domain: string;
  readonly systems: readonly System[];
  readonly apps: readonly App[];
  readonly hosts: readonly Host[];
  readonly databases: readonly Database[];
  /** Console pages by system id, for page checks; overrides the documented address. */
  readonly consoles: Readonly<Record<string, string>>;
  /** Thresholds the inventory sets instead of the manual's, by catalogue row. */
  readonly limits: Readonly<Partial<Record<RowId, number>>>;
}

export interface System {
  /** As in the manuals' catalogue: MQ, DEPS, … */
  readonly id: string;
  readonly title: Words;
  /** Every spelling people use, lower case, both languages. */
  readonly names: readonly string[];
}

export interface App {
  readonly id: string;
  readonly system: string;
  readonly title: Words;
  readonly names: readonly string[];
  /** Host names. */
  readonly hosts: readonly string[];
}

export interface Host {
  readonly name: string;
  readonly app: string;
  readonly site: string;
  readonly address: string;
  /** TCP port of the container's sshd; 2022 unless the inventory says otherwise. */
  readonly port: number;
}

export interface Database {
  /** Canonical name used by checks and playbooks, e.g. `opswareorchestration`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly schema: string;
}
