import type { Row } from './sql.ts';
import type { Words } from './words.ts';

/** One thing a playbook does. Plain data: listed, hashed, approved, and only then performed. */
export type Step = DeleteRowsStep | InsertRowsStep | PostStep;

/** Deletes exactly these rows by primary key, in one transaction, when they are still what was shown. */
export interface DeleteRowsStep {
  readonly kind: 'delete-rows';
  readonly title: Words;
  readonly database: string;
  readonly table: string;
  readonly key: readonly [string, ...string[]];
  /** The full rows as shown; kept as evidence, so that they can be put back. */
  readonly rows: readonly Row[];
}

/** Puts rows back as they were, in one transaction; a row whose key exists again stops it. */
export interface InsertRowsStep {
  readonly kind: 'insert-rows';
  readonly title: Words;
  readonly database: string;
  readonly table: string;
  readonly key: readonly [string, ...string[]];
  readonly rows: readonly Row[];
}

/** Sends one JSON request from a host to itself, once: a marker on the host refuses a second time. */
export interface PostStep {
  readonly kind: 'post';
  readonly title: Words;
  /** The host it runs on; `url` is as seen from there. */
  readonly host: string;
  readonly url: string;
  readonly body: string;
}
