import type { Chart } from '../runs/series.ts';
import type { ScheduleAction } from '../runs/actions.ts';
import type { UnreadableRun } from '../runs/ports.ts';
import type { Finding } from '../runs/report.ts';
import type { Origin, Person, Run, RunId } from '../runs/run.ts';
import type { Schedule } from '../runs/schedule.ts';
import type { LatestSlot } from '../runs/schedule-store.ts';
import type { Standing } from '../runs/slots.ts';
import type { Form, FormProblem, FormValues, Lang, Risk, Words } from '../kit/index.ts';
import type { Offer } from './places.ts';

/** Who asks from where; `key` makes the same delivery, twice or on two processes, one run. */
export interface Arrival {
  /** Idempotency key: trigger, message, … */
  readonly key: string;
  /** As the door knows them; `team` is the Slack workspace that they belong to. */
  readonly person: Person & { readonly team?: string };
  readonly origin: Origin;
  readonly lang: Lang;
  /** The person as Slack's channels know them. */
  readonly slackId?: string;
}

/** The inside as every door sees it. Its functions throw only for a bug or a lost database. */
export interface Desk {
  /** Words typed after a command name, or a whole mention or direct message when `command` is undefined (`inspect mq`). */
  readonly ask: (command: string | undefined, text: string, arrival: Arrival) => Promise<Reply>;
  /** A button was pressed. `shown` came with Confirm: it stands for the plan that was drawn above it. `drawn` came with every button. */
  readonly press: (buttonId: string, arrival: Arrival, shown?: string, drawn?: Drawn) => Promise<ButtonReply>;
  /** What a field of a form has for somebody who has typed so much. */
  readonly offer: (of: FormOf, field: string, typed: string, arrival: Arrival) => Promise<Offer>;
  /** The page of somebody who opens it. */
  readonly home: (arrival: Arrival) => Promise<Home>;
  /** A form was sent. That of a command is the same as having typed what it means. */
  readonly fill: (of: FormOf, values: FormValues, arrival: Arrival) => Promise<FormReply>;
}

/** What ran lately, as far as the person may know of it, and what can be typed; or why there is no page. */
export type Home =
  | {
      readonly kind: 'home';
      readonly recent: readonly Run[];
      /** Runs of which nothing but this can be told. */
      readonly unreadable: readonly UnreadableRun[];
      readonly help: Help;
    }
  | { readonly kind: 'says'; readonly says: Words };

/** What a button was drawn as, as whoever pressed it read it. */
export interface Drawn {
  readonly action: string;
  /** Stands for its run, action and argument. */
  readonly meaning?: string;
}

/** What a form belongs to. */
export type FormOf =
  /** `topic`: which of its forms, where it has one for each playbook. */
  | { readonly kind: 'command'; readonly name: string; readonly topic?: string }
  /** `meaning`: stands for what the button meant when it opened the form; `shown`: for the plan that was drawn above Confirm. */
  | {
      readonly kind: 'button';
      readonly id: string;
      readonly meaning?: string | undefined;
      readonly shown?: string | undefined;
    };

/** A form to show, where one can be shown. */
export interface ShownForm {
  readonly of: FormOf;
  readonly form: Form;
  /** What its fields begin with. */
  readonly begins?: FormValues;
  /** What is typed after the name of its command to have it shown, where it cannot be shown at once. */
  readonly typed?: string;
}

export type FormReply =
  | Reply
  | { readonly kind: 'accepted' }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly [FormProblem, ...FormProblem[]] };

/** What to tell the person privately at once; a run's own result comes through the renderer. */
export type Reply =
  | { readonly kind: 'started'; readonly runId: RunId }
  | Joined
  | {
      readonly kind: 'says';
      readonly says: Words;
      /** It is the answer that was asked for, and no refusal. */
      readonly isWell?: true;
      readonly instead?: readonly { readonly title: Words; readonly command: string }[];
      /** Asks for what is missing. */
      readonly form?: ShownForm;
    }
  /** What was measured, to be drawn and shown where it was asked for. */
  | {
      readonly kind: 'history';
      readonly chart: Chart;
      readonly asked: Asked;
    }
  | ScheduleList
  | PlaybookList
  | { readonly kind: 'help'; readonly help: Help };

/** Playbooks that somebody may know of; one alone is explained. */
export interface PlaybookList {
  readonly kind: 'playbooks';
  readonly cards: readonly PlaybookCard[];
}

export interface PlaybookCard {
  readonly name: string;
  readonly title: Words;
  /** Its system, by id and title. */
  readonly system: { readonly id: string; readonly title: Words };
  readonly risk: Risk;
  readonly clause: string;
  /** Why nothing can be put back, when that is so. */
  readonly irreversible?: Words;
  /** Whole, with the command by which it is run. */
  readonly usage: Words;
  readonly examples: readonly string[];
  readonly args: readonly {
    readonly id: string;
    readonly title: Words;
    readonly isOptional: boolean;
    readonly hint?: Words;
  }[];
  /** Opens its form; absent for somebody who may not run it. */
  readonly opens?: { readonly command: string; readonly typed: string };
}

/** The same inspection is under way: who asks for it is led there. */
export interface Joined {
  readonly kind: 'joined';
  readonly runId: RunId;
  /** Who asked first. */
  readonly by: Person;
  readonly place: Extract<Origin, { surface: 'slack' }>;
  /** Of the message that shows it, once there is one. */
  readonly ts?: string;
}

/** Who asked, and in which words. */
export interface Asked {
  readonly by: string;
  readonly typed: string;
}

/** A sentence, and nothing else comes of it. */
export interface Says {
  readonly kind: 'says';
  readonly says: Words;
}

export type ButtonReply =
  | { readonly kind: 'accepted' }
  | Joined
  | Says
  /** More must be asked before it is done. */
  | { readonly kind: 'form'; readonly form: ShownForm }
  | ScheduleList
  | { readonly kind: 'evidence'; readonly title: Words; readonly findings: readonly Finding[] };

/** The scheduled inspections, with what was just done. */
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
  readonly commands: readonly (HelpUse & {
    /** Without the slash. */
    readonly name: string;
    /** Other things that can follow the name. */
    readonly uses?: readonly HelpUse[];
    /** On the button that opens its form, when it has one. */
    readonly button?: Words;
  })[];
  readonly fixes: readonly {
    readonly name: string;
    readonly title: Words;
    readonly risk: Risk;
    readonly clause: string;
  }[];
  readonly scopes: readonly { readonly name: string; readonly title: Words }[];
}

export interface HelpUse {
  readonly usage: Words;
  readonly title: Words;
  /** Whole, as one types them. */
  readonly examples: readonly string[];
}
