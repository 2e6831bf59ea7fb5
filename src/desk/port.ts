import type { Course } from '../runs/course.ts';
import type { ScheduleAction } from '../runs/ports.ts';
import type { Finding } from '../runs/report.ts';
import type { Origin, Person, RunId } from '../runs/run.ts';
import type { LatestSlot, Schedule } from '../runs/schedule.ts';
import type { Standing } from '../runs/slots.ts';
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
  | ScheduleList
  | { readonly kind: 'help'; readonly help: Help };

/** Who asked, and in which words. */
export interface Asked {
  readonly by: string;
  readonly typed: string;
}

export type Pressed =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'says'; readonly says: Words }
  | ScheduleList
  | { readonly kind: 'evidence'; readonly title: Words; readonly findings: readonly Finding[] };

/** Inspections that come by themselves, with what was just done. */
export interface ScheduleList {
  readonly kind: 'schedules';
  readonly says?: Words;
  readonly lines: readonly ScheduleLine[];
  /** How many there are beside these. */
  readonly more: number;
  /** The time zone of their times. */
  readonly zone: string;
}

export interface ScheduleLine {
  readonly schedule: Schedule;
  readonly standing: Standing;
  readonly latest?: LatestSlot;
  /** What this person may press. */
  readonly buttons: readonly { readonly id: string; readonly action: ScheduleAction }[];
}

export interface Help {
  readonly commands: readonly (HelpForm & {
    /** Without the slash. */
    readonly name: string;
    /** Other things that can follow the name. */
    readonly forms?: readonly HelpForm[];
  })[];
  readonly fixes: readonly {
    readonly name: string;
    readonly title: Words;
    readonly risk: Risk;
    readonly clause: string;
  }[];
  readonly scopes: readonly { readonly name: string; readonly title: Words }[];
}

export interface HelpForm {
  readonly usage: Words;
  readonly title: Words;
  /** Whole, as one types them. */
  readonly examples: readonly string[];
}
