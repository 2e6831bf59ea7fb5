/** What can be pressed of a run. `once`: a second press does nothing. */
export const RUN_ACTIONS = {
  confirm: { once: true },
  reject: { once: true },
  'take-back': { once: false },
  cancel: { once: true },
  'put-back': { once: true },
  again: { once: false },
  evidence: { once: false },
  'look-again': { once: false },
  'took-effect': { once: false },
  'no-effect': { once: false },
  'step-done': { once: false },
  'step-not-done': { once: false },
  'step-could-not': { once: false },
  'step-taken': { once: false },
  'step-not-taken': { once: false },
  record: { once: false },
  close: { once: false },
} as const satisfies Record<string, { readonly once: boolean }>;
export type ButtonAction = keyof typeof RUN_ACTIONS;

/** What can be pressed of a schedule. */
export const SCHEDULE_ACTIONS = {
  pause: { once: false },
  resume: { once: false },
  run: { once: false },
  remove: { once: false },
} as const satisfies Record<string, { readonly once: boolean }>;
export type ScheduleAction = keyof typeof SCHEDULE_ACTIONS;
