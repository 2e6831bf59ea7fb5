import type { ActionsBlock, Button } from '@slack/types';
import type { Drawn } from '../../desk/port.ts';
import { say, type Words, words } from '../../kit/index.ts';
import { drawnAs, shownOf } from '../../runs/authority.ts';
import { aboutButton, answerTo } from '../../runs/questions.ts';
import { previewOf } from '../../runs/preview.ts';
import type { Plan, Run, RunButton } from '../../runs/run.ts';
import { LIMITS } from './blocks.ts';
import { plain } from './text.ts';
import { BUTTON, W, colon, listOf } from './words.ts';

/** Every button of ours. */
export const ACTION = /^fettle:/;

/** The opaque id; with Confirm, what stands for the plan that is drawn above it as well. */
const valueOf = ({ id, plan }: Run, pressed: RunButton): string =>
  pressed.action === 'confirm' && plan ? `${pressed.id}.${shownOf({ id, plan })}` : pressed.id;

/** What the button does, as it is drawn: Slack sends it back with the press. */
const actionIdOf = ({ id }: Run, pressed: RunButton): string =>
  `fettle:${pressed.action}:${drawnAs(id, pressed)}`;

/** Digits behind an action that are an index: of a list of schedules, and of what earlier versions drew. */
const INDEX = /^\d{1,6}$/;

/** A menu of buttons holds those of one action. */
const MENU = { action: 'evidence', id: 'fettle:menu' } as const;

/** What a button was drawn as, from its action id; of a list of schedules or a menu only its action. */
export function readDrawn(actionId: string): Drawn {
  if (actionId.startsWith(`${MENU.id}:`)) return { action: MENU.action };
  const [, action = '', meaning = ''] = actionId.split(':');
  return { action, ...(INDEX.test(meaning) ? {} : { meaning }) };
}

/** The two parts of a button's value. */
export function readValue(value: string): { readonly id: string; readonly shown?: string } {
  const [id = '', shown] = value.split('.');
  return { id, ...(shown === undefined ? {} : { shown }) };
}

export function button(run: Run, pressed: RunButton): Button {
  const confirms = pressed.action === 'confirm' && run.plan;
  const risky = run.plan?.risk === 'dangerous';
  return {
    type: 'button',
    action_id: actionIdOf(run, pressed),
    text: { type: 'plain_text', text: plain(label(run, pressed), LIMITS.buttonText), emoji: false },
    value: valueOf(run, pressed),
    ...(confirms
      ? { style: risky ? ('danger' as const) : ('primary' as const), confirm: question(run) }
      : {}),
  };
}

export const buttons = (run: Run, which: (pressed: RunButton) => boolean): Button[] =>
  run.buttons.filter(which).map((pressed) => button(run, pressed));

/** Many buttons for evidence as a menu, or several where one does not hold them all. */
export function menus(
  run: Run,
  which: (pressed: RunButton) => boolean,
  title: (pressed: RunButton) => string,
  placeholder: Words,
): ActionsBlock[] {
  const chosen = run.buttons.filter(which);
  const blocks: ActionsBlock[] = [];
  for (let at = 0; at < chosen.length; at += LIMITS.options)
    blocks.push({
      type: 'actions',
      elements: [
        {
          type: 'static_select',
          action_id: `${MENU.id}:${at}`,
          placeholder: { type: 'plain_text', text: say(placeholder, run.lang), emoji: false },
          options: chosen.slice(at, at + LIMITS.options).map((pressed) => ({
            value: pressed.id,
            text: { type: 'plain_text', text: plain(title(pressed), LIMITS.buttonText), emoji: false },
          })),
        },
      ],
    });
  return blocks;
}

function label(run: Run, { action, arg }: RunButton): string {
  if ((action === 'took-effect' || action === 'no-effect') && arg !== undefined)
    return say(ofStep(BUTTON[action], arg), run.lang);
  if (action !== 'record' || arg === undefined) return say(BUTTON[action], run.lang);
  return say(recordLabel(run, arg), run.lang);
}

/** One of several steps. */
const ofStep = ({ en, zh }: Words, no: string): Words => words(`Step ${no}: ${en}`, `第 ${no} 步：${zh}`);

function recordLabel({ report }: Run, arg: string): Words {
  const about = report && aboutButton(report, arg);
  if (!report || about?.saying !== 'page') return about?.saying === 'problem' ? W.seenProblem : W.seenOk;
  const isBegun = about.page.asked.some(({ question }) => answerTo(report, question));
  return isBegun ? W.restOk : W.pageOk;
}

/** Of steps that do the same on several targets, one. */
function* titlesOf(plan: Plan): Iterable<Words> {
  const { stages, closing } = previewOf(plan);
  const steps = [
    ...stages.flatMap(({ lanes }) => lanes.flatMap((each) => each.steps)),
    ...closing.flatMap((each) => each.steps),
  ];
  const said = new Set<string>();
  for (const { title } of steps) {
    if (!said.has(title.en)) yield title;
    said.add(title.en);
  }
}

/** Says the effect before it happens. */
function question(run: Run): NonNullable<Button['confirm']> {
  const { lang, plan } = run;
  const effect = plan
    ? `${say(plan.title, lang)}${colon(lang)}${listOf(
        [...titlesOf(plan)].map((title) => say(title, lang)),
        lang,
      )}`
    : run.typed;
  return {
    title: { type: 'plain_text', text: plain(say(W.confirmTitle, lang), LIMITS.confirmTitle) },
    text: { type: 'plain_text', text: plain(effect, LIMITS.confirmText) },
    confirm: { type: 'plain_text', text: plain(say(W.confirmYes, lang), LIMITS.confirmButton) },
    deny: { type: 'plain_text', text: plain(say(W.confirmNo, lang), LIMITS.confirmButton) },
    style: plan?.risk === 'dangerous' ? 'danger' : 'primary',
  };
}
