import { z } from 'zod';
import { Condition } from './condition.ts';
import { type Estate, hostNamed } from '../estate.ts';
import type { Words } from '../words.ts';

/** Text in both languages, as it is stored. */
export const WordsShape = z.strictObject({ en: z.string(), zh: z.string() }).readonly();

/** A state of the estate that must not last, like a push that is stopped: it is written down when the step that opens it begins, and watched until it is closed. */
export const Opening = z
  .strictObject({
    /** Names the state, e.g. `push-stopped`. */
    bracket: z.string(),
    /** Where, by name: a site, an app. One of a name can be open there at a time. */
    where: z.string(),
    says: WordsShape,
    /** Minutes after which people are called, again and again, until it is closed. */
    minutes: z.number().positive(),
    /** Called earlier, too, whenever this holds: then nothing needs it to be open any more. */
    callWhen: Condition.exactOptional(),
    /** Minutes between two calls; 5 unless set. */
    everyMinutes: z.number().min(5).max(15).exactOptional(),
    /** The playbook that closes it, with its arguments. */
    closeBy: z.strictObject({ playbook: z.string(), args: z.record(z.string(), z.string()) }).readonly(),
  })
  .readonly();
export type Opening = z.infer<typeof Opening>;

/** Facts that every kind of step may have. */
export const stepFacts = {
  title: WordsShape,
  /** Steps of the manuals that it carries out, like `STAR-PR02.1`. */
  cites: z.array(z.string()).readonly().exactOptional(),
  /** Must hold directly before it; otherwise it is not performed, and the run stops. */
  before: z.array(Condition).readonly().exactOptional(),
  /** Holds when it took effect: asked when nobody knows whether it did. */
  probe: Condition.exactOptional(),
  opens: Opening.exactOptional(),
  /** The bracket, and where, that it closes once it took effect. */
  closes: z.strictObject({ bracket: z.string(), where: z.string() }).readonly().exactOptional(),
};

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
  const host = hostNamed(estate, name);
  const app = estate.apps.find(({ id }) => id === host?.app);
  return `site:${host?.site ?? 'unknown'}/system:${app?.system ?? 'unknown'}/app:${host?.app ?? 'unknown'}/host:${name}`;
}
