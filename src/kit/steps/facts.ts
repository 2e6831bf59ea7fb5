import { z } from 'zod';
import type { Estate } from '../estate.ts';
import type { Words } from '../words.ts';

/** Text in both languages, as it is stored. */
export const WordsShape = z.strictObject({ en: z.string(), zh: z.string() }).readonly();

/** Facts that every kind of step may have. */
export const stepFacts = {
  title: WordsShape,
};

export interface StepFacts {
  readonly title: Words;
}

/** The exact words that a person confirms. Secrets are left out, and said to be. */
export interface Shown {
  /** Where it takes effect, by name: a host, a database, a site. */
  readonly place: string;
  readonly language: 'sql' | 'sh' | 'words';
  /** One line above the text: under which condition, as whom, how often. */
  readonly note: Words;
  readonly text: Words;
}

/** Something that a step changes or that must stand still meanwhile, from the site down: `site:a`, `site:a/system:REG`, `site:a/system:REG/app:meta`, `…/host:meta-1`. A wider one holds the narrower ones. */
export type Resource = `site:${string}` | `database:${string}`;

/** The resource of a host. */
export function resourceOfHost(estate: Estate, name: string): Resource {
  const host = estate.hosts.find((each) => each.name === name);
  const app = estate.apps.find(({ id }) => id === host?.app);
  return `site:${host?.site ?? 'unknown'}/system:${app?.system ?? 'unknown'}/app:${host?.app ?? 'unknown'}/host:${name}`;
}
