import type { Estate } from './estate.ts';
import type { CommandForm, Form, FormValues } from './form.ts';
import type { Playbook } from './playbook.ts';
import type { Scope } from './scope.ts';
import type { ScheduleWish } from './typed/schedule.ts';
import type { Words } from './words.ts';

/** What a command means: data that policy can decide about before anything happens. */
export type Intent =
  | { readonly kind: 'inspect'; readonly scope: Scope }
  /** By name. Exactly one of the playbooks may turn out to apply; `args` is checked again by the worker. */
  | ({ readonly kind: 'change'; readonly playbooks: readonly string[] } & Call)
  /** Playbooks to list, or the one to explain. */
  | { readonly kind: 'playbooks'; readonly names: readonly string[] }
  /** What was measured: the words that name it are looked up among the checks; none asks what there is. */
  | { readonly kind: 'history'; readonly scope: Scope; readonly measure: string; readonly hours: number }
  /** Something about scheduled inspections. */
  | { readonly kind: 'schedule'; readonly wish: ScheduleWish }
  /** Tells of everything that is locked, open and stopped now. */
  | { readonly kind: 'status' }
  /** The kill switch; `reason` as typed. */
  | { readonly kind: 'readonly'; readonly on: boolean; readonly reason: string }
  | { readonly kind: 'help'; readonly topic: string }
  /** `form`: the command's form can ask for what is missing, where one can be shown. */
  | { readonly kind: 'answer'; readonly says: Words; readonly form?: true | FormAbout };

/** With what playbooks are run: their arguments as they are stored, the ticket and the reason. */
export interface Call {
  readonly args: Readonly<Record<string, unknown>>;
  readonly ticket?: string;
  readonly reason?: string;
}

/** One of the forms of a command that has several. */
export interface FormAbout {
  /** The name of the playbook that it is about. */
  readonly topic: string;
  /** Its fields begin with these: nothing that was typed is lost. */
  readonly begins: FormValues;
  /** Says why that cannot be used as it is. */
  readonly note?: Words;
}

/** Commands know the estate and the playbooks that there are when they read. */
export interface Known {
  readonly estate: Estate;
  readonly catalog: CatalogView;
}

export interface CatalogView {
  readonly playbooks: ReadonlyMap<string, Playbook>;
}

/** Something that can be typed after a command's name. */
export interface CommandUse {
  readonly title: Words;
  /** What follows the name, e.g. `<system | app | host>`. */
  readonly usage: Words;
  readonly examples: readonly [string, ...string[]];
  /** On the command line also a verb of its own: `fettle schedule …` is `/inspect schedule …`. */
  readonly verb?: string;
}

/** What the author of a slash command writes: `commands/<name>.ts` default-exports one. */
export interface Command extends CommandUse {
  /** Same as the file name. */
  readonly name: string;
  /** It comes to this besides words: on the command line a plan can be left at `--dry-run`, a picture written by `--png`. */
  readonly makes?: 'plan' | 'picture';
  /** Other things that can follow the name, each with a line of its own in help. */
  readonly uses?: readonly CommandUse[];
  /** Turns what was typed after the name into an intent, or an answer that says what to type. Touches nothing. */
  readonly read: (text: string, known: Known) => Intent;
  /** Asks for the words instead. */
  readonly form?: CommandForm;
  /** The form of one topic, where a command has a form for each playbook; it is the command by which playbooks are run. */
  readonly formFor?: (topic: string, known: Known) => Form<string> | undefined;
}

export const defineCommand = (command: Command): Command => command;
