import readline from 'node:readline/promises';
import type { ShownForm } from '../desk/port.ts';
import { say } from '../kit/index.ts';
import type { Inside } from '../inside.ts';
import type { Settings } from '../main.ts';
import { isAltered } from '../runs/altered.ts';
import { shownOf } from '../runs/authority.ts';
import { type Run, RunId, shortId } from '../runs/run.ts';
import { arrival, mustGet } from './inside.ts';
import { print } from './print.ts';
import { terminalText } from './terminal.ts';
import { runText } from './text.ts';

/** At a terminal the person types the number of the run once more; elsewhere the plan waits for `fettle confirm`. */
export async function confirmHere(inside: Inside, settings: Settings, run: Run): Promise<number> {
  if (!process.stdin.isTTY) return print(`\nWaiting. ${howToConfirm(run)}`, 0);
  return (await typedAgain(run, 'cancels'))
    ? confirm(inside, settings, run)
    : cancelQuietly(inside, settings, run);
}

/** Shows the plan first. Without a terminal, the mark that was printed with the plan says that it was seen. */
export async function confirmShown(
  inside: Inside,
  settings: Settings,
  id: string,
  plan: string | undefined,
): Promise<number> {
  const parsed = RunId.safeParse(id);
  const run = parsed.success ? await inside.runs.get(parsed.data) : undefined;
  if (!run) return print(`There is no run "${id}". Give the whole number that was printed with the plan.`, 1);
  if (plan !== undefined && plan === markOf(run)) return confirm(inside, settings, run);
  print(runText(run, run.lang), 0);
  if (run.state !== 'waiting') return 1;
  if (plan !== undefined)
    return print(`\nNot confirmed: this is not the plan of ${plan}. ${howToConfirm(run)}`, 1);
  if (!process.stdin.isTTY) return print(`\nNot confirmed yet. ${howToConfirm(run)}`, 1);
  return (await typedAgain(run, 'leaves it')) ? confirm(inside, settings, run) : print('Not confirmed.', 1);
}

async function typedAgain(run: Run, otherwise: string): Promise<boolean> {
  const typed = await typedTo(`\nTo confirm type ${shortId(run.id)}, anything else ${otherwise}: `);
  return typed.trim() === shortId(run.id);
}

/** Asks at the terminal; the answer is as it was typed. */
async function typedTo(question: string): Promise<string> {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  const typed = await terminal.question(question);
  terminal.close();
  return typed;
}

const shownIn = ({ id, plan }: Run): string | undefined => plan && shownOf({ id, plan });

/** Stands for the plan as it was printed. */
const markOf = (run: Run): string => shownIn(run)?.slice(0, 16) ?? '';

const howToConfirm = (run: Run): string =>
  isAltered(run) ? '' : `To carry it out: fettle confirm ${run.id} --plan ${markOf(run)}`;

/** `run` is as it was shown. */
async function confirm(inside: Inside, settings: Settings, run: Run): Promise<number> {
  const button = run.buttons.find(({ action }) => action === 'confirm');
  if (!button) return print(run.says ? say(run.says, run.lang) : 'This run does not wait for Confirm.', 1);
  const pressed = await inside.desk.press(button.id, arrival(settings, run.id), shownIn(run));
  if (pressed.kind === 'says') return print(say(pressed.says, run.lang), 1);
  if (pressed.kind === 'form') {
    const because = await typeWord(inside, settings, run, pressed.form);
    if (because !== undefined) return print(because, 1);
  }
  const after = await mustGet(inside, run.id);
  print(runText(after, run.lang), 0);
  return after.outcome === 'done' || after.waiting?.for === 'window' ? 0 : 1;
}

/** Of a dangerous plan the name of what is changed is typed as well. Says why it was not confirmed; undefined when it was. */
async function typeWord(
  inside: Inside,
  settings: Settings,
  run: Run,
  { of, form }: ShownForm,
): Promise<string | undefined> {
  const [field] = form.fields;
  const asks = say(form.says ?? form.title, run.lang);
  if (!field || !process.stdin.isTTY)
    return `${asks}\nNot confirmed: run fettle confirm ${run.id} at a terminal.`;
  const typed = await typedTo(terminalText(`\n${asks} `));
  const filled = await inside.desk.fill(of, { [field.id]: [typed] }, arrival(settings, run.id));
  switch (filled.kind) {
    case 'accepted':
      return undefined;
    case 'mistakes':
      return filled.mistakes.map(({ says }) => say(says, run.lang)).join('\n');
    case 'says':
      return say(filled.says, run.lang);
    case 'started':
    case 'joined':
    case 'help':
    case 'history':
    case 'schedules':
    case 'playbooks':
      return 'Not confirmed.';
    default:
      return filled satisfies never;
  }
}

/** Leaves a plan that was only to be seen. */
export async function cancelQuietly(inside: Inside, settings: Settings, run: Run): Promise<number> {
  const button = run.buttons.find(({ action }) => action === 'cancel');
  if (button) await inside.desk.press(button.id, arrival(settings, run.id));
  return print('Nothing was changed.', 0);
}
