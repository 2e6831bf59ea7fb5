import type { Course } from '../runs/course.ts';
import type { Finding } from '../runs/report.ts';
import type { Origin, Person, RunId } from '../runs/run.ts';
import type { Lang, Risk, Words } from '../kit/index.ts';

/** Who asks from where; `key` makes the same delivery, twice or on two processes, one run. */
export interface Arrival {
  /** Idempotency key: trigger, message, … */
  readonly key: string;
  readonly person: Person;
  readonly origin: Origin;
  readonly lang: Lang;
}

/** The inside as every door sees it. Both functions throw only for a bug or a lost database. */
export interface Desk {
  /** Words typed after a command name, or a whole mention or direct message when `command` is undefined (`inspect mq`). */
  readonly ask: (command: string | undefined, text: string, arrival: Arrival) => Promise<Said>;
  /** A button was pressed. */
  readonly press: (buttonId: string, arrival: Arrival) => Promise<Pressed>;
}

/** What to tell the person privately at once; a run's own result comes through the renderer. */
export type Said =
  | { readonly kind: 'started'; readonly runId: RunId }
  | {
      readonly kind: 'says';
      readonly says: Words;
      readonly instead?: readonly { readonly title: Words; readonly command: string }[];
    }
  /** What was measured, to be drawn and shown where it was asked for. */
  | {
      readonly kind: 'history';
      readonly course: Course;
      readonly asked: Asked;
    }
  | { readonly kind: 'help'; readonly help: Help };

/** Who asked, and in which words. */
export interface Asked {
  readonly by: string;
  readonly typed: string;
}

export type Pressed =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'says'; readonly says: Words }
  | { readonly kind: 'evidence'; readonly title: Words; readonly findings: readonly Finding[] };

export interface Help {
  readonly commands: readonly {
    readonly name: string;
    readonly usage: Words;
    readonly title: Words;
    readonly examples: readonly string[];
  }[];
  readonly fixes: readonly {
    readonly name: string;
    readonly title: Words;
    readonly risk: Risk;
    readonly clause: string;
  }[];
  readonly scopes: readonly { readonly name: string; readonly title: Words }[];
}
