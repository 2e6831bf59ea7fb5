import type { Risk, Words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import type { ChangeRule } from './change-rules.ts';

/** What policy.yaml says, parsed. Roles hold person keys; a rule lets roles do something; a deny beats every rule. */
export interface Policy {
  /** Changes when the file does; written beside every decision. */
  readonly version: string;
  readonly people: readonly {
    readonly key: string;
    readonly name: string;
    /** Slack user id; of this workspace only when `team` is there. */
    readonly slack?: string;
    readonly team?: string;
    readonly login?: string;
  }[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** The last day of somebody in a role, by role and person. Afterwards the role only lets them look. */
  readonly until?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Roles of every person of an allowed workspace who is not listed; none for logins of the command line. Never counts for confirming. */
  readonly everyone: readonly string[];
  readonly allow: readonly Rule[];
  readonly deny: readonly (Rule & { readonly because: Words })[];
  readonly confirm: Readonly<Record<Exclude<Risk, 'read-only'>, ConfirmRule>>;
  /** Slack channels shared with another organisation in which results may be shown all the same. */
  readonly sharedChannels?: readonly string[] | undefined;
  /** Minutes that a shown plan may be confirmed. */
  readonly confirmMinutes: number;
  /** Hours that a change may wait for its window, planned and confirmed; WAIT_HOURS unless set, 0: never. */
  readonly waitHours?: number | undefined;
  /** Windows, freezes, peak hours, tickets and the like. Their order means nothing. */
  readonly rules?: readonly ChangeRule[];
  /** Of the estate: the clock by which days and hours of the rules are read. */
  readonly timeZone?: string;
}

export interface Rule {
  readonly roles: readonly string[];
  readonly actions: readonly Action[];
  /** Catalogue system ids, or `*`. */
  readonly systems: readonly string[];
}

export interface ConfirmRule {
  /** Confirmations needed. */
  readonly approvals: number;
  readonly roles: readonly string[];
  /** Whether the person who asked may be one of them. */
  readonly self: boolean;
  /** Whether whoever confirms types the name of what is changed. */
  readonly typed?: boolean | undefined;
}

export const ACTIONS = ['inspect', 'change', 'confirm', 'schedule', 'audit', 'readonly'] as const;
export type Action = (typeof ACTIONS)[number];

/**
 * inventory.yaml, as the owner of the schedules that it declares: whoever writes it decides what is looked at, as whoever writes
 * policy.yaml does. No key of a person can be the same.
 */
export const INVENTORY: Person = { id: 'inventory.yaml', name: 'inventory.yaml' };

/**
 * The person as policy knows them: by Slack user id or login name; a stranger keeps the outside id. A bare Slack id is of the bot's
 * own workspace, which is `team`; of every other workspace it comes as T…/U….
 */
export function identify(
  policy: Policy,
  surface: 'slack' | 'login',
  id: string,
  name: string,
  team?: string,
): Person {
  const known = policy.people.find((person) =>
    surface === 'slack' ? isSlackOf(person, id, team) : person.login === id,
  );
  return known ? { id: known.key, name: known.name } : { id: `${surface}:${id}`, name };
}

/** Whether results may be shown in a channel that is shared with another organisation. */
export const maySeeOutside = (policy: Policy, channel: string): boolean =>
  policy.sharedChannels?.includes(channel) === true;

/** Whether the file names this Slack id of this workspace. */
export const isListed = (policy: Policy, slackId: string, team: string): boolean =>
  policy.people.some((person) => isSlackOf(person, slackId, team));

function isSlackOf(
  { slack, team: theirs }: Policy['people'][number],
  id: string,
  team: string | undefined,
): boolean {
  const [bare = '', other] = id.split('/').reverse();
  if (slack !== bare) return false;
  return other === undefined ? theirs === undefined || theirs === team : theirs === other;
}
