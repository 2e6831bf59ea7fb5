import { z } from 'zod';
import { sentences, words } from '../words.ts';
import { listed, lookAtAll, maskedCondition, placeOf } from './check.ts';
import { Condition } from './condition.ts';
import { stepFacts } from './facts.ts';
import type { Hands, Heard, StepFrame, StepKind } from './hands.ts';

/** Waits until all of this holds, as far as it comes in time. Changes nothing. */
export const WaitStep = z
  .strictObject({
    kind: z.literal('wait'),
    ...stepFacts,
    conditions: z.array(Condition).min(1).readonly(),
    /** Counted from when the step was begun, whoever goes on with it. */
    withinSeconds: z.number().int().positive().max(86_400),
    everySeconds: z.number().positive().max(600),
  })
  .readonly();
export type WaitStep = z.infer<typeof WaitStep>;

export const wait: StepKind<WaitStep> = {
  masked: (step) => ({ ...step, conditions: step.conditions.map(maskedCondition) }),
  shown: ({ conditions, withinSeconds, everySeconds }) => ({
    place: placeOf(conditions),
    language: 'words',
    note: words(
      `must hold within ${withinSeconds} s, looked at every ${everySeconds} s; changes nothing`,
      `须在 ${withinSeconds} 秒内满足，每 ${everySeconds} 秒核对一次；不做任何变更`,
    ),
    text: listed(conditions),
  }),
  touches: () => [],
  effects: () => [],
  perform: async (step, frame, _, hands) => waitFor(step, await hands.clocks.database(), frame, hands),
  resume: async (step, frame, _, hands) =>
    waitFor(step, frame.begunAt ?? (await hands.clocks.database()), frame, hands),
  look: async (_, __, { clocks }) => goesOnAt(await clocks.database()),
};

/** Looks a last time when the time is over, so that what came just in time is seen. */
async function waitFor(
  { conditions, withinSeconds, everySeconds }: WaitStep,
  begunAt: Date,
  { since, stopping }: StepFrame,
  hands: Hands,
): Promise<Heard> {
  const now = await hands.clocks.database();
  const leftMs = begunAt.getTime() + withinSeconds * 1000 - now.getTime();
  const until = performance.now() + leftMs;
  for (;;) {
    const isLast = performance.now() >= until;
    const { holds, says, evidence } = await lookAtAll(conditions, since, hands, begunAt);
    if (holds) return { kind: 'done', says, evidence };
    if (isLast) {
      const late = words(`Not within ${withinSeconds} seconds:`, `${withinSeconds} 秒内未满足：`);
      return { kind: 'without-effect', says: sentences(late, says), evidence };
    }
    if (stopping?.aborted) return goesOnAt(await hands.clocks.database());
    await pause(Math.min(everySeconds * 1000, Math.max(0, until - performance.now())), stopping);
  }
}

const goesOnAt = (until: Date): Heard => ({
  kind: 'waits',
  waiting: { for: 'time', until },
  says: words('Still waits; another worker goes on with it.', '仍在等待，将由其他执行进程继续。'),
  evidence: '',
});

function pause(ms: number, stopping: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (stopping?.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      stopping?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stopping?.addEventListener('abort', end);
  });
}
