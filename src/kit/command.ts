import type { Estate } from './estate.ts';
import type { CommandForm } from './form.ts';
import type { Playbook } from './playbook.ts';
import type { ScheduleWish } from './typed/schedule.ts';
import type { Words } from './words.ts';

/** What a command means: data that policy can decide about before anything happens. */
export type Intent =
  | { readonly kind: 'inspect'; readonly scope: Scope }
  /** Exactly one of the playbooks may turn out to apply; `args` is checked again by the worker. */
  | {
      readonly kind: 'change';
      readonly playbooks: readonly Playbook[];
      readonly args: Readonly<Record<string, unknown>>;
    }
  /** What was measured: the words that name it are looked up among the checks; none asks what there is. */
  | { readonly kind: 'history'; readonly scope: Scope; readonly measure: string; readonly hours: number }
  /** Something about the inspections that come by themselves. */
  | { readonly kind: 'schedule'; readonly wish: ScheduleWish }
  /** What is locked, open and stopped now. */
  | { readonly kind: 'status' }
  /** The kill switch; `reason` as typed. */
  | { readonly kind: 'readonly'; readonly on: boolean; readonly reason: string }
  | { readonly kind: 'help'; readonly topic: string }
  /** `form`: the command's form can ask for what is missing, where one can be shown. */
  | { readonly kind: 'answer'; readonly says: Words; readonly form?: true };

export type Scope =
  | { readonly kind: 'system' | 'app' | 'host' | 'site'; readonly ids: readonly [string, ...string[]] }
  | { readonly kind: 'all' };

/** Something that can be typed after a command's name. */
export interface CommandUse {
  readonly title: Words;
  /** What follows the name, e.g. `<system | app | host>`. */
  readonly usage: Words;
  readonly examples: readonly [string, ...string[]];
}

/** What the author of a slash command writes: `commands/<name>.ts` default-exports one. */
export interface Command extends CommandUse {
  /** Same as the file name. */
  readonly name: string;
  /** Other things that can follow the name, each with a line of its own in help. */
  readonly uses?: readonly CommandUse[];
  /** Turns what was typed after the name into an intent, or an answer that says what to type. Touches nothing. */
  readonly read: (text: string, estate: Estate) => Intent;
  /** Asks for the words instead. */
  readonly form?: CommandForm;
}

export const defineCommand = (command: Command): Command => command;
