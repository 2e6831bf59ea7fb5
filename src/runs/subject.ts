import type { ButtonAction, ScheduleAction } from './actions.ts';
import type { Person, RunId } from './ids.ts';
import type { ScheduleId } from './schedule.ts';

/** Something that can be shown, pressed and recorded. */
export type Subject =
  | { readonly kind: 'run'; readonly id: RunId }
  | { readonly kind: 'schedule'; readonly id: ScheduleId };
export type SubjectKind = Subject['kind'];

export const ofRun = (id: RunId): Subject & { readonly kind: 'run' } => ({ kind: 'run', id });
export const ofSchedule = (id: ScheduleId): Subject & { readonly kind: 'schedule' } => ({
  kind: 'schedule',
  id,
});

/** Names a subject among all of them. */
export const subjectKey = ({ kind, id }: Subject): string => `${kind} ${id}`;

/** What can be pressed, by what it belongs to. */
export interface Actions {
  readonly run: ButtonAction;
  readonly schedule: ScheduleAction;
}

/** What a button means: a row of the store, of which Slack carries the opaque id. */
export interface Button<Kind extends SubjectKind = 'run'> {
  readonly id: string;
  readonly subject: Extract<Subject, { kind: Kind }>;
  readonly action: Actions[Kind];
  readonly arg?: string;
  /** false: may be pressed any number of times (evidence). */
  readonly once: boolean;
  readonly expiresAt?: string;
}

export type AnyButton = { readonly [Kind in SubjectKind]: Button<Kind> }[SubjectKind];

/** A button as it is now. */
export type StoredButton<Kind extends SubjectKind = SubjectKind> = {
  readonly [Each in Kind]: Button<Each> & { readonly usedBy?: Person; readonly expired: boolean };
}[Kind];

export const isOf = <Kind extends SubjectKind>(
  kind: Kind,
  button: AnyButton,
): button is Extract<AnyButton, Button<Kind>> => button.subject.kind === kind;
