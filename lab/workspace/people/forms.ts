import { typeOf } from '../blocks/checker.ts';
import { isObject, objectOf, objectsOf, scalarText, textOf, type JsonObject } from '../json.ts';
import { issueTrigger } from '../triggers.ts';
import { changedView, formsOf, makeView, showForms, viewRefusal } from '../views.ts';
import type { Person, World } from '../world.ts';
import { commonFacts, Impossible, personOf, type Acted, type Stage } from './act.ts';
import { givenState, isEmpty, type Given } from './element-state.ts';
import { stateValues } from './press.ts';
import { offeredIn } from './suggest.ts';

export interface Submitted {
  readonly as: string;
  /** By block_id or by the label of the field; fields that are not named keep what they hold. */
  readonly values: Readonly<Record<string, Given>>;
}

const NO_CONNECTION = 'We had some trouble connecting. Try again?';

/** A person fills in the form on top and sends it. `errors` are by block_id. */
export async function submitForm(stage: Stage, submitted: Submitted): Promise<Acted> {
  const { world } = stage;
  const person = personOf(world, submitted.as);
  const view = topForm(world, person);
  fillIn(world, person, view, submitted.values);
  const state = { values: stateValues(world, keyOf(view, person), objectsOf(view['blocks'])) };
  const errors = refusedFields(view, state.values);
  if (Object.keys(errors).length > 0) return { ok: false, problem: 'The form is not complete.', errors };
  const answer = await stage.delivery.ask('interactive', {
    type: 'view_submission',
    ...commonFacts(world, person),
    trigger_id: issueTrigger(world, person.id, textOf(view['id'])),
    view: { ...view, state },
    response_urls: [],
  });
  if (answer.kind === 'no-answer') return { ok: false, problem: NO_CONNECTION };
  return follow(world, person, view, answer.payload);
}

/** A person closes the form on top without sending it; `all` clears the whole stack. */
export async function closeForm(stage: Stage, as: string, all: boolean): Promise<Acted> {
  const { world } = stage;
  const person = personOf(world, as);
  const view = topForm(world, person);
  showForms(world, person.id, all ? [] : formsOf(world, person.id).slice(0, -1));
  if (view['notify_on_close'] !== true) return { ok: true };
  const answer = await stage.delivery.ask('interactive', {
    type: 'view_closed',
    ...commonFacts(world, person),
    view,
    is_cleared: all,
  });
  return answer.kind === 'acked' ? { ok: true } : { ok: false, problem: NO_CONNECTION };
}

function topForm(world: World, person: Person): JsonObject {
  const view = formsOf(world, person.id).at(-1);
  if (view === undefined) throw new Impossible(`${person.realName} has no open form`);
  return view;
}

const keyOf = (view: JsonObject, person: Person): string => `${textOf(view['id'])}|${person.id}`;

function fillIn(world: World, person: Person, view: JsonObject, values: Submitted['values']): void {
  const chosen: Record<string, JsonObject> = {};
  const key = keyOf(view, person);
  const left = new Set(Object.keys(values));
  for (const block of objectsOf(view['blocks'])) {
    const element = block['element'];
    if (!isObject(element)) continue;
    const blockId = textOf(block['block_id']);
    const name = [blockId, textOf(objectOf(block['label'])['text'])].find((one) =>
      Object.hasOwn(values, one),
    );
    if (name === undefined) continue;
    left.delete(name);
    const offered = offeredIn(world, key, block, element);
    chosen[blockId] = { [textOf(element['action_id'])]: givenState(element, values[name] ?? null, offered) };
  }
  const [unknown] = left;
  if (unknown !== undefined) throw new Impossible(`the form has no field ${unknown}`);
  world.chosen.set(key, { ...world.chosen.get(key), ...chosen });
}

// What the client checks before anything is sent.
function refusedFields(view: JsonObject, values: JsonObject): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of objectsOf(view['blocks'])) {
    const element = block['element'];
    if (block['type'] !== 'input' || !isObject(element)) continue;
    const blockId = textOf(block['block_id']);
    const state = objectOf(objectOf(values[blockId])[textOf(element['action_id'])]);
    if (isEmpty(state)) {
      if (block['optional'] !== true) errors[blockId] = 'Please complete this required field.';
      continue;
    }
    const problem = valueProblem(element, textOf(state['value']));
    if (problem !== undefined) errors[blockId] = problem;
  }
  return errors;
}

function valueProblem(element: JsonObject, value: string): string | undefined {
  const type = typeOf(element);
  if (type === 'plain_text_input') {
    const min = Number(element['min_length'] ?? 0);
    const max = Number(element['max_length'] ?? 3000);
    if (value.length < min) return `Use at least ${min} characters.`;
    return value.length > max ? `Use at most ${max} characters.` : undefined;
  }
  if (type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(value)) return 'Enter a valid email address.';
  if (type === 'url_text_input' && !/^https?:\/\/\S+$/.test(value)) return 'Enter a valid URL.';
  if (type === 'number_input') return numberProblem(element, value);
  return undefined;
}

function numberProblem(element: JsonObject, value: string): string | undefined {
  const decimal = element['is_decimal_allowed'] === true;
  if (!(decimal ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(value)) return 'Enter a number.';
  const min = element['min_value'];
  const max = element['max_value'];
  if (min !== undefined && Number(value) < Number(min)) return `Enter ${scalarText(min)} or more.`;
  return max !== undefined && Number(value) > Number(max) ? `Enter ${scalarText(max)} or less.` : undefined;
}

function follow(world: World, person: Person, view: JsonObject, answer: JsonObject): Acted {
  const forms = formsOf(world, person.id);
  const at = forms.findIndex((form) => form['id'] === view['id']);
  const below = at < 0 ? forms : forms.slice(0, at);
  const action = textOf(answer['response_action']);
  if (action === '') {
    // The app may have changed the form meanwhile with views.update; an empty answer closes it all the same.
    showForms(world, person.id, below);
    return { ok: true };
  }
  if (action === 'clear') {
    showForms(world, person.id, []);
    return { ok: true };
  }
  if (action === 'errors') return showErrors(view, objectOf(answer['errors']));
  const next = objectOf(answer['view']);
  const refusal = viewRefusal(next);
  if (
    (action !== 'update' && action !== 'push') ||
    refusal !== undefined ||
    (action === 'push' && below.length >= 2)
  ) {
    return { ok: false, problem: NO_CONNECTION };
  }
  const made =
    action === 'update'
      ? changedView(world, view, next)
      : makeView(world, next, textOf(view['id']), textOf(view['root_view_id']));
  showForms(world, person.id, action === 'update' ? [...below, made] : [...below, view, made]);
  return { ok: true };
}

function showErrors(view: JsonObject, errors: JsonObject): Acted {
  const inputs = objectsOf(view['blocks']).filter((block) => block['type'] === 'input');
  const known = Object.entries(errors).filter(([id]) => inputs.some((block) => block['block_id'] === id));
  if (known.length === 0) return { ok: false, problem: NO_CONNECTION };
  return {
    ok: false,
    problem: 'The app did not accept the form.',
    errors: Object.fromEntries(known.map(([id, message]) => [id, textOf(message)])),
  };
}
