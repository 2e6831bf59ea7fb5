import type { Flow } from './flow.ts';
import type { OrderDatabase } from './schema.ts';

/** The release platform of an estate: its databases and its flow engine. */
export interface Release {
  readonly database: OrderDatabase;
  readonly flow: Flow;
}
