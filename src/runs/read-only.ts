import { sentences, type Words, words } from '../kit/index.ts';
import type { Person } from './ids.ts';

/** The kill switch while it is on: nothing new is begun anywhere. */
export interface ReadOnly {
  readonly by: Person;
  /** As typed. */
  readonly reason: string;
  /** ISO 8601, the database's clock. */
  readonly since: string;
}

/** One switch for all processes. */
export interface ReadOnlySwitch {
  /** undefined: off. */
  readonly now: () => Promise<ReadOnly | undefined>;
  /** false when it stood so already. */
  readonly turn: (on: boolean, by: Person, reason: string) => Promise<boolean>;
}

export const isReadOnly = ({ by, reason }: Pick<ReadOnly, 'by' | 'reason'>): Words =>
  words(`Read-only is on, by ${by.name}: ${reason}.`, `只读模式已开启（${by.name}）：${reason}。`);

/** What a change under way waits for while everything is stopped. */
export const untilItIsOff = ({ by, reason }: Pick<ReadOnly, 'by' | 'reason'>) =>
  ({ for: 'readonly', by: by.name, reason }) as const;

/** Why a change under way does not go on. */
export const goesOnWithoutReadOnly = (readOnly: Pick<ReadOnly, 'by' | 'reason'>): Words =>
  sentences(
    isReadOnly(readOnly),
    words('It goes on by itself when that is off.', '关闭只读模式后自动继续。'),
  );

/** Why a confirmed run does not begin. */
export const waitsForReadOnly = (readOnly: ReadOnly): Words =>
  sentences(
    words('Waits.', '等待中。'),
    isReadOnly(readOnly),
    words('It begins by itself when that is off.', '关闭只读模式后自动开始。'),
  );
