import { z } from 'zod';
import { captureSaying } from '../text/captured.ts';
import { visible } from '../text/visible.ts';
import { sentences, words } from '../words.ts';
import { listed, lookAtAll, maskedCondition } from './check.ts';
import { Condition } from './condition.ts';
import { resourceOfHost, stepFacts, WordsShape } from './facts.ts';
import { fenced, type Hands, type Heard, type PersonAnswer, type StepFrame, type StepKind } from './hands.ts';

/** Seconds for what a person did to show, and between two looks. */
const SHOWS_SECONDS = 30;
const LOOK_AGAIN_MS = 3000;

/** A person does it, on a page that Fettle cannot press: the run waits until somebody says what they saw. */
export const ManualStep = z
  .strictObject({
    kind: z.literal('manual'),
    ...stepFacts,
    /** Where: the console and the way to the page. */
    page: WordsShape,
    do: WordsShape,
    /** One sees this there when it went well. */
    expect: WordsShape,
    /** The person may change something; otherwise they only look. */
    changes: z.boolean(),
    /** The host that it is about, if it is about one. */
    host: z.string().exactOptional(),
    /** Looked at once the person has said Done: as long as it does not hold, the step is not done. */
    holds: z.array(Condition).min(1).readonly().exactOptional(),
  })
  .readonly();
export type ManualStep = z.infer<typeof ManualStep>;

export const manual: StepKind<ManualStep> = {
  masked: (step) => ({
    ...step,
    page: captureSaying(step.page),
    do: captureSaying(step.do),
    expect: captureSaying(step.expect),
    ...(step.holds ? { holds: step.holds.map(maskedCondition) } : {}),
  }),
  shown: ({ page, do: act, expect, changes, host, holds }) => {
    const after = holds ? listed(holds) : undefined;
    const lines = (lang: 'en' | 'zh', names: readonly [string, string, string, string]): string =>
      [
        `${names[0]} ${visible(page[lang])}`,
        `${names[1]} ${visible(act[lang])}`,
        `${names[2]} ${visible(expect[lang])}`,
        ...(after ? [names[3], after[lang]] : []),
      ].join('\n');
    return {
      place: host ?? page.en,
      language: 'words',
      note: changes
        ? words('by a person, who says what they saw', '由人工执行，并说明所见情况')
        : words('a person looks, and says what they saw', '由人工查看，并说明所见情况'),
      text: words(
        lines('en', ['Page:', 'Do:', 'Expect:', 'Then must hold:']),
        lines('zh', ['页面：', '操作：', '预期：', '此后须满足：']),
      ),
    };
  },
  touches: ({ host, changes }, estate) =>
    host === undefined || !changes ? [] : [resourceOfHost(estate, host)],
  answers: ['done', 'not-done', 'could-not'],
  effects: ({ changes, page, do: act }) => (changes ? [['manual', page.en, act.en].join('\n')] : []),
  perform: async (step, _, permitted) => ((await permitted()) ? asks(step) : fenced),
  resume: (step, frame, answer, hands) => heard(step, frame, answer, hands),
  // The work of a person shows only where there is something to look at; otherwise they are asked.
  async look(step, { since }, hands) {
    if (!step.holds) return asks(step);
    const seen = await lookAtAll(step.holds, since, hands);
    return seen.holds ? { kind: 'done', says: seen.says, evidence: seen.evidence } : asks(step);
  },
};

const asks = ({ page, do: act, expect }: ManualStep): Heard => ({
  kind: 'waits',
  waiting: { for: 'person' },
  says: sentences(
    words(`Page: ${page.en}.`, `页面：${page.zh}。`),
    words(`Do: ${act.en}.`, `操作：${act.zh}。`),
    words(`Expect: ${expect.en}.`, `预期：${expect.zh}。`),
  ),
  evidence: '',
});

async function heard(
  step: ManualStep,
  frame: StepFrame,
  answer: PersonAnswer | undefined,
  hands: Hands,
): Promise<Heard> {
  if (!answer) return asks(step);
  const { by, at, saw, word } = answer;
  const evidence = `${at.toISOString()} ${by.name} (${by.id}), ${word}: ${saw}`;
  switch (word) {
    case 'done':
      return step.holds
        ? shows({ ...step, holds: step.holds }, answer, frame, hands)
        : { kind: 'done', says: words(`${by.name}: ${saw}`, `${by.name}：${saw}`), evidence };
    case 'not-done':
      return {
        kind: 'without-effect',
        says: words(`Not done. ${by.name}: ${saw}`, `未执行。${by.name}：${saw}`),
        evidence,
      };
    case 'could-not':
      return {
        kind: step.changes ? 'failed' : 'without-effect',
        says: words(`Could not be done. ${by.name}: ${saw}`, `无法完成。${by.name}：${saw}`),
        evidence,
      };
    case 'taken':
    case 'not-taken':
      // Nobody is offered these here: it counts as no answer.
      return asks(step);
    default:
      return word satisfies never;
  }
}

/** Done is believed when it shows; otherwise the person is told what does not, and asked again. */
async function shows(
  step: ManualStep & { readonly holds: readonly Condition[] },
  { by, saw, at }: PersonAnswer,
  { since, stopping }: StepFrame,
  hands: Hands,
): Promise<Heard> {
  const until = performance.now() + SHOWS_SECONDS * 1000;
  const said = `${at.toISOString()} ${by.name} (${by.id}), done: ${saw}`;
  for (;;) {
    const seen = await lookAtAll(step.holds, since, hands);
    const evidence = `${said}\n${seen.evidence}`;
    if (seen.holds)
      return {
        kind: 'done',
        says: sentences(words(`${by.name}: ${saw}`, `${by.name}：${saw}`), seen.says),
        evidence,
      };
    if (stopping?.aborted)
      return {
        kind: 'waits',
        waiting: { for: 'time', until: await hands.clocks.database() },
        says: words('Still looks whether it shows.', '仍在核对是否生效。'),
        evidence,
      };
    if (performance.now() >= until) {
      const asked = asks(step);
      const not = words(
        `${by.name} says Done, but it does not show:`,
        `${by.name} 答复已完成，但核对未见生效：`,
      );
      return { ...asked, says: sentences(not, seen.says, asked.says), evidence };
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
