import { z } from 'zod';
import type { Estate } from '../estate.ts';
import { captureSaying } from '../text/captured.ts';
import { visible } from '../text/visible.ts';
import { sentences, type Words, words } from '../words.ts';
import { stepFacts, WordsShape } from './facts.ts';
import { fenced, type Hands, type Heard, type PersonAnswer, type StepFrame, type StepKind } from './hands.ts';
import { addressOf } from './notify.ts';

/** How a contact is reached: in a channel or, by its id, as a person; with a phone only, by whoever reads the thread. */
const Way = z
  .strictObject({
    channel: z.string().exactOptional(),
    group: z.string().exactOptional(),
    phone: z.string().exactOptional(),
  })
  .readonly();
type Way = z.infer<typeof Way>;

/** Asks documented contacts to take something on, one after another, until somebody has. Each is told once. Changes nothing. */
export const EscalateStep = z
  .strictObject({
    kind: z.literal('escalate'),
    ...stepFacts,
    /** Contacts of the inventory, in the order in which they are asked. */
    contacts: z.array(z.string()).min(1).max(5).readonly(),
    /** How each is reached, as the inventory had it when the plan was made: part of what is confirmed. Put there by the planner. */
    ways: z.array(Way).readonly().exactOptional(),
    /** Sent as it stands. */
    text: WordsShape,
    /** Minutes for somebody to take it, before the next contact is asked. */
    withinMinutes: z.number().int().positive().max(1440),
  })
  .readonly();
export type EscalateStep = z.infer<typeof EscalateStep>;

export const escalate: StepKind<EscalateStep> = {
  masked: (step) => ({ ...step, text: captureSaying(step.text) }),
  shown: ({ contacts, ways, text, withinMinutes }) => {
    const asked = contacts.map((name, nth) => saysWay(name, ways?.[nth] ?? {}));
    return {
      place: contacts[0] ?? 'Slack',
      language: 'words',
      note: words(
        `asks ${asked.map(({ en }) => en).join(', then ')}; each once, until somebody takes it, ${withinMinutes} min for each`,
        `依次请求${asked.map(({ zh }) => zh).join('、')}；各一次，直至有人受理，每位等待 ${withinMinutes} 分钟`,
      ),
      text: { en: visible(text.en), zh: visible(text.zh) },
    };
  },
  planned: (step, estate) => ({ ...step, ways: step.contacts.map((name) => wayTo(estate, name)) }),
  touches: () => [],
  effects: () => [],
  contacts: ({ contacts }) => contacts,
  answers: ['taken', 'not-taken'],
  perform: async (step, frame, permitted, hands) => ((await permitted()) ? ask(step, frame, hands) : fenced),
  resume: (step, frame, answer, hands) => goOn(step, frame, answer, hands),
  // Nobody has to look at what people are told: whoever goes on tells each contact once.
  look: async (_, frame, { tell, clocks }) => {
    const last = (await tell.told(frame)).at(-1);
    const until = await clocks.database();
    return { kind: 'waits', waiting: { for: 'time', until }, says: last ? GOES_ON : TOLD_NEXT, evidence: '' };
  },
};

/** Somebody has answered, or the time of the contact that was asked last is over, or neither. */
async function goOn(
  step: EscalateStep,
  frame: StepFrame,
  answer: PersonAnswer | undefined,
  hands: Hands,
): Promise<Heard> {
  const told = await hands.tell.told(frame);
  const last = told.at(-1);
  if (answer?.word === 'taken') return taken(answer);
  if (!last) return ask(step, frame, hands);
  const now = await hands.clocks.database();
  const declined = answer?.word === 'not-taken' ? answer : undefined;
  const token = declined?.at.toISOString();
  // An answer asks the next contact once, whichever worker goes on by it.
  if (declined && !told.some(({ after }) => after === token))
    return ask(step, frame, hands, {
      from: last.nth + 1,
      after: token,
      before: notTaken(step, last.nth, declined),
    });
  const late = dueAt(step, last.at);
  if (now < late) return waitsFor(step, last.nth, late, 'told');
  return ask(step, frame, hands, { from: last.nth + 1, before: nobodyAnswered(step, last.nth) });
}

/** Asks the first contact from there on whom Slack, or somebody with a phone, can reach. */
async function ask(
  step: EscalateStep,
  frame: StepFrame,
  { tell, estate, clocks }: Hands,
  { from = 0, after, before }: { from?: number; after?: string | undefined; before?: Words } = {},
): Promise<Heard> {
  const said: Words[] = before ? [before] : [];
  for (let nth = from; nth < step.contacts.length; nth += 1) {
    const name = step.contacts[nth] ?? '';
    const where = placeOf(name, step.ways?.[nth] ?? wayTo(estate, name), step.text);
    if (!where) {
      said.push(unreachable(name));
      continue;
    }
    const delivered = await tell.send(frame, { ...where, nth, ...(after === undefined ? {} : { after }) });
    if (delivered === 'told' || delivered === 'not-yet') {
      const waits = waitsFor(step, nth, dueAt(step, await clocks.database()), delivered);
      return { ...waits, says: sentences(...said, waits.says) };
    }
    said.push(unreachable(name));
  }
  if (from === 0) return { kind: 'without-effect', says: sentences(...said), evidence: '' };
  return { kind: 'waits', waiting: { for: 'person' }, says: sentences(...said, NOBODY_LEFT), evidence: '' };
}

const dueAt = ({ withinMinutes }: EscalateStep, told: Date): Date =>
  new Date(told.getTime() + withinMinutes * 60_000);

function wayTo({ contacts }: Pick<Estate, 'contacts'>, name: string): Way {
  const address = addressOf({ contacts }, name);
  if (address.ok) {
    const { ok: _, ...where } = address;
    return where;
  }
  const phone = contacts[name]?.phone;
  return phone === undefined ? {} : { phone };
}

/** Where Slack is told; a contact with a phone only is called by whoever reads the thread. */
function placeOf(
  name: string,
  { channel, group, phone }: Way,
  text: Words,
): { readonly channel?: string; readonly group?: string; readonly says: Words } | undefined {
  if (channel !== undefined) return { channel, ...(group === undefined ? {} : { group }), says: text };
  return phone === undefined ? undefined : { says: toRing(name, phone, text) };
}

function saysWay(name: string, { channel, group, phone }: Way): Words {
  if (channel === undefined)
    return phone === undefined
      ? words(name, name)
      : words(`${name} by phone, ${phone}, which a person calls`, `${name}（由人工致电 ${phone}）`);
  if (/^[UW]/.test(channel)) return words(`${name} by direct message`, `${name}（私信）`);
  return group === undefined
    ? words(`${name} in channel ${channel}`, `${name}（频道 ${channel}）`)
    : words(
        `${name} in channel ${channel}, group ${group} by name`,
        `${name}（频道 ${channel}，提及群组 ${group}）`,
      );
}

const toRing = (name: string, phone: string, text: Words): Words =>
  words(
    `Call ${name}: ${phone} (check the number before you rely on it). Say: ${text.en}`,
    `请致电 ${name}：${phone}（拨打前请核实号码）。内容：${text.zh}`,
  );

function waitsFor(
  { contacts }: EscalateStep,
  nth: number,
  until: Date,
  delivered: 'told' | 'not-yet',
): Extract<Heard, { kind: 'waits' }> {
  const [name = '', next] = [contacts[nth], contacts[nth + 1]];
  const asked =
    delivered === 'told'
      ? words(`Asked ${name}.`, `已通知 ${name}。`)
      : words(`${name} is asked as soon as Slack takes the message.`, `Slack 恢复后将通知 ${name}。`);
  const then =
    next === undefined
      ? words('There is no further contact.', '没有其他联系人。')
      : words(`If nobody takes it in time, ${next} is asked.`, `若无人按时受理，将通知 ${next}。`);
  return {
    kind: 'waits',
    waiting: { for: 'person', until },
    says: sentences(asked, SAY_WHO, then),
    evidence: '',
  };
}

function taken({ by, at, saw }: PersonAnswer): Heard {
  return {
    kind: 'done',
    says: words(`Taken. ${by.name}: ${saw}`, `已受理。${by.name}：${saw}`),
    evidence: `${at.toISOString()} ${by.name} (${by.id}), taken: ${saw}`,
  };
}

const notTaken = ({ contacts }: EscalateStep, nth: number, { by, saw }: PersonAnswer): Words =>
  words(
    `Not taken by ${contacts[nth] ?? ''}. ${by.name}: ${saw}`,
    `${contacts[nth] ?? ''} 未受理。${by.name}：${saw}`,
  );

const nobodyAnswered = ({ contacts, withinMinutes }: EscalateStep, nth: number): Words =>
  words(
    `Nobody took it within ${withinMinutes} min of asking ${contacts[nth] ?? ''}.`,
    `通知 ${contacts[nth] ?? ''} 后 ${withinMinutes} 分钟内无人受理。`,
  );

const unreachable = (name: string): Words =>
  words(
    `${name} could not be told: Slack does not take the message, or the inventory does not say how.`,
    `无法通知 ${name}：Slack 不接受该消息，或资产清单中没有联系方式。`,
  );

const SAY_WHO = words(
  'Whoever hears that it is taken, or is not, says so here, with the name of who said it.',
  '得知已受理或未受理的人请在此答复，并注明由谁告知。',
);
const NOBODY_LEFT = words(
  'Nobody is left to be asked. The run waits until somebody takes it, or it is cancelled.',
  '已无其他联系人。任务将等待，直至有人受理或被取消。',
);
const GOES_ON = words('It goes on to wait for somebody to take it.', '将继续等待受理。');
const TOLD_NEXT = words('The first contact is told next.', '接下来将通知第一位联系人。');
