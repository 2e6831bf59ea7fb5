import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export const RunId = z.uuid().brand('RunId');
export type RunId = z.infer<typeof RunId>;
export const newRunId = (): RunId => RunId.parse(randomUUID());

/** Short form for people: the first eight characters. */
export const shortId = (id: RunId): string => id.slice(0, 8);

/** Who acts, as policy knows them. `id` is stable (Slack user id, or the login name on the command line). */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** Acts where no person does. */
export const FETTLE: Person = { id: 'fettle', name: 'Fettle' };
