import { captureWhole, type Form, type FormRead, type FormValues, type Words, words } from '../kit/index.ts';
import type { Decision } from '../policy/question.ts';
import { isIntact, signReply } from '../runs/authority.ts';
import { alreadyCancelled } from '../runs/life.ts';
import type { Button } from '../runs/subject.ts';
import { type Person, type Plan, type Run, shortId, type StepReply } from '../runs/run.ts';
import { RECORD, replyFacts } from '../runs/story.ts';
import { formOf } from './drawn.ts';
import { may } from './may.ts';
import { type DeskDeps, handOver, systemOf } from './deps.ts';
import type { FormReply, ButtonReply, Says } from './port.ts';
import { refusedTo } from './refuse.ts';

/** What each button says of the step that waits. */
const WORD = {
  'step-done': 'done',
  'step-not-done': 'not-done',
  'step-could-not': 'could-not',
} as const;

export type StepButton = Button & { readonly action: keyof typeof WORD };

export const isStepButton = (button: Button): button is StepButton => button.action in WORD;

/** A person says how a step went that waits for one: a form asks what was seen. */
export async function stepPressed(
  deps: DeskDeps,
  button: StepButton,
  run: Run,
  person: Person,
): Promise<ButtonReply> {
  const asked = await stepAsked(deps, button, run, person);
  if (!asked.ok) return asked.refused;
  return { kind: 'form', form: { of: formOf(button), form: seenForm(button, asked) } };
}

/** The form was sent: the answer is signed and recorded here, and the run goes on by it. */
export async function stepFilled(
  deps: DeskDeps,
  button: StepButton,
  run: Run,
  values: FormValues,
  person: Person,
): Promise<FormReply> {
  const asked = await stepAsked(deps, button, run, person);
  if (!asked.ok) return asked.refused;
  const read = seenForm(button, asked).read(values, deps.estate);
  if (!read.ok) return { kind: 'mistakes', mistakes: read.problems };
  const signer = await deps.authority.signer();
  if (!signer.ok) return { kind: 'says', says: signer.because };
  const { no, plan } = asked;
  if (!isIntact(plan)) return { kind: 'says', says: ALTERED };
  const at = new Date().toISOString();
  const word = WORD[button.action];
  const reply: StepReply = signReply(
    { ...run, plan },
    { step: no, by: person, at, word, saw: read.meant },
    signer.key,
  );
  const applied = await deps.runs.apply(
    run.id,
    { kind: 'replied', reply },
    {
      actor: person,
      action: RECORD.replied,
      runId: run.id,
      decision: 'run',
      reason: read.meant,
      facts: { ...replyFacts(plan, reply), policy: deps.policy().version },
    },
  );
  if (!applied.ok) return { kind: 'says', says: applied.because };
  await handOver(deps, applied.run);
  return { kind: 'accepted' };
}

interface Asked {
  readonly ok: true;
  readonly run: Run;
  readonly plan: Plan;
  readonly no: number;
}

/** Whether the step still waits for a person, and this one may answer: those who may change or confirm changes of its system. */
async function stepAsked(
  deps: DeskDeps,
  button: StepButton,
  run: Run,
  person: Person,
): Promise<Asked | { readonly ok: false; readonly refused: Says }> {
  const { plan, waiting } = run;
  const no = Number(button.arg);
  if (run.state !== 'suspended' || !plan || waiting?.for !== 'person' || waiting.step !== no)
    return { ok: false, refused: stepOver(run) };
  const decision = mayAnswer(deps, plan, person);
  if (decision.verdict !== 'no') return { ok: true, run, plan, no };
  const about = { actor: person, action: RECORD.replied, runId: run.id };
  return { ok: false, refused: await refusedTo(deps, about, decision.because) };
}

const mayAnswer = (deps: DeskDeps, plan: Plan, person: Person): Decision =>
  may(deps, person, 'cancel', [systemOf(deps, plan.playbook)]);

/** The step was answered meanwhile, or the run has gone another way. */
export const stepOver = ({ cancelled, state }: Run): Says => ({
  kind: 'says',
  says: cancelled && state !== 'ended' ? alreadyCancelled(cancelled.by) : OVER,
});

const OVER = words('This step waits for nobody any more.', '该步骤已不再等待答复。');
const ALTERED = words(
  'Not recorded: this plan was altered in the store. Tell the owner of Fettle.',
  '未记录：该方案的存储内容已被改动。请告知 Fettle 的维护人。',
);

const FEWEST_CHARACTERS = 5;
const MOST_CHARACTERS = 1000;

const TITLE: Readonly<Record<keyof typeof WORD, Words>> = {
  'step-done': words('Done', '已完成'),
  'step-not-done': words('Not done', '未执行'),
  'step-could-not': words('Could not be done', '无法完成'),
};

const CONSEQUENCE: Readonly<Record<keyof typeof WORD, Words>> = {
  'step-done': words('The run goes on with the next step.', '任务将继续执行下一步。'),
  'step-not-done': words('The run stops here. Say what you saw.', '任务将在此停止，请说明所见情况。'),
  'step-could-not': words(
    'The run stops here. Say what kept it from being done.',
    '任务将在此停止，请说明未能完成的原因。',
  ),
};

function seenForm({ action }: StepButton, { run, plan, no }: Asked): Form<string> {
  const title = plan.steps[no - 1]?.title ?? words('', '');
  const what = CONSEQUENCE[action];
  return {
    title: TITLE[action],
    submit: words('Record', '记录'),
    says: words(
      `Run ${shortId(run.id)}, step ${no}: ${title.en}. ${what.en}`,
      `任务 ${shortId(run.id)}，第 ${no} 步：${title.zh}。${what.zh}`,
    ),
    fields: [
      {
        kind: 'text',
        id: 'saw',
        label: words('What you saw', '所见情况'),
        lines: 'several',
        mostCharacters: MOST_CHARACTERS,
      },
    ],
    read: readSeen,
  };
}

function readSeen(values: FormValues): FormRead<string> {
  const saw = captureWhole(values['saw']?.[0] ?? '').trim();
  return saw.length < FEWEST_CHARACTERS
    ? {
        ok: false,
        problems: [
          {
            field: 'saw',
            says: words(
              `Say what you saw, in ${FEWEST_CHARACTERS} characters or more.`,
              `请说明所见情况，至少 ${FEWEST_CHARACTERS} 个字符。`,
            ),
          },
        ],
      }
    : { ok: true, meant: saw.slice(0, MOST_CHARACTERS) };
}
