import { elementsOf } from '../blocks/limits.ts';
import { typeOf } from '../blocks/checker.ts';
import { compact, isObject, objectOf, objectsOf, textOf, type JsonObject } from '../json.ts';
import { channelMessages, findMessage, messageObject, threadMessages } from '../messages.ts';
import { issueResponseUrl, issueTrigger } from '../triggers.ts';
import { formsOf } from '../views.ts';
import type { Message, Person, World } from '../world.ts';
import { channelFact, channelOf, commonFacts, Impossible, personOf, type Acted, type Stage } from './act.ts';
import { givenState, initialState, labelOf, optionOf, type Given } from './element-state.ts';
import { offeredIn } from './suggest.ts';

/** Where a control is: in a message (the newest that has it when no ts is given), the open form, or the Home tab. */
export type Place =
  | { readonly in: 'message'; readonly channel: string; readonly ts?: string; readonly threadTs?: string }
  | { readonly in: 'form' }
  | { readonly in: 'home' };

export interface Pressed {
  readonly as: string;
  readonly place: Place;
  /** Label or action_id of the control. */
  readonly control: string;
  readonly blockId?: string;
  /** What was chosen, for everything but buttons. */
  readonly given?: Given;
  /** `deny` presses the other button of the confirm dialog; a control without a dialog knows only `confirm`. */
  readonly dialog?: 'confirm' | 'deny';
  /** What is in the input fields around the control, by block_id. */
  readonly values?: Readonly<Record<string, Given>>;
}

interface Found {
  readonly block: JsonObject;
  readonly element: JsonObject;
  readonly message?: Message;
  readonly view?: JsonObject;
}

/** A person uses a button, menu or picker. Answers with the confirm dialog they went through, when there was one. */
export async function press(stage: Stage, pressed: Pressed): Promise<Acted> {
  const { world } = stage;
  const person = personOf(world, pressed.as);
  const found = find(world, person, pressed);
  const dialog = isObject(found.element['confirm']) ? found.element['confirm'] : undefined;
  const shown = dialog === undefined ? {} : { answer: { confirm: dialog } };
  if (pressed.dialog === 'deny') {
    if (dialog === undefined) throw new Impossible(`${pressed.control} has no confirm dialog`);
    return { ok: true, ...shown };
  }
  const container = textOf(found.view?.['id']) || `${found.message?.channel}:${found.message?.ts}`;
  const action = actionOf(world, person, container, found, pressed.given ?? null);
  rememberValues(world, `${container}|${person.id}`, blocksOf(found), pressed.values ?? {});
  const began = performance.now();
  const answer = await stage.delivery.ask('interactive', {
    type: 'block_actions',
    ...commonFacts(world, person),
    ...(found.view === undefined ? messageFacts(world, person, found) : viewFacts(world, person, found.view)),
    actions: [action],
  });
  if (answer.kind === 'acked') return { ok: true, tookMs: Math.round(performance.now() - began), ...shown };
  return { ok: false, problem: 'The app did not respond. Try again in a moment.' };
}

function find(world: World, person: Person, pressed: Pressed): Found {
  const { place } = pressed;
  if (place.in !== 'message') {
    const view =
      place.in === 'form'
        ? formsOf(world, person.id).at(-1)
        : world.views.get(world.homes.get(person.id) ?? '');
    if (view === undefined) throw new Impossible(`${person.realName} has no open ${place.in}`);
    const control = controlIn(objectsOf(view['blocks']), pressed);
    if (control === undefined) throw new Impossible(`there is no ${pressed.control} in the ${place.in}`);
    return { ...control, view };
  }
  const channel = channelOf(world, person, place.channel);
  for (const message of candidates(world, person, channel.id, place).toReversed()) {
    const control = controlIn(messageBlocks(message), pressed);
    if (control !== undefined) return { ...control, message };
  }
  throw new Impossible(`no message there has ${pressed.control}`);
}

function candidates(
  world: World,
  person: Person,
  channel: string,
  place: Extract<Place, { in: 'message' }>,
): readonly Message[] {
  if (place.ts !== undefined) {
    const message = findMessage(world, channel, place.ts);
    const visible = message !== undefined && (message.onlyFor ?? person.id) === person.id;
    return visible ? [message] : [];
  }
  if (place.threadTs !== undefined) return threadMessages(world, channel, place.threadTs, person.id);
  return channelMessages(world, channel, person.id);
}

const messageBlocks = (message: Message): readonly JsonObject[] => [
  ...(message.blocks ?? []),
  ...(message.attachments ?? []).flatMap((attachment) => objectsOf(attachment['blocks'])),
];

function controlIn(
  blocks: readonly JsonObject[],
  { control, blockId }: Pressed,
): { readonly block: JsonObject; readonly element: JsonObject } | undefined {
  for (const by of ['action_id', 'label'] as const) {
    for (const block of blocks) {
      if (blockId !== undefined && block['block_id'] !== blockId) continue;
      for (const element of elementsOf(block)) {
        if ((by === 'label' ? labelOf(element) : element['action_id']) === control) return { block, element };
      }
    }
  }
  return undefined;
}

function actionOf(world: World, person: Person, container: string, found: Found, given: Given): JsonObject {
  const { element, block } = found;
  const type = typeOf(element);
  const base = {
    action_id: element['action_id'],
    block_id: block['block_id'],
    type,
    action_ts: world.nextTs(),
  };
  if (type === 'button') {
    return compact({ ...base, text: element['text'], value: element['value'], style: element['style'] });
  }
  if (type === 'overflow') {
    if (typeof given !== 'string') throw new Impossible('choose an option of the menu');
    return { ...base, selected_option: optionOf(element, given, []) };
  }
  const key = `${container}|${person.id}`;
  const state = givenState(element, given, offeredIn(world, key, block, element));
  remember(world, key, block, element, state);
  return compact({ ...base, ...state, placeholder: element['placeholder'] });
}

function remember(
  world: World,
  key: string,
  block: JsonObject,
  element: JsonObject,
  state: JsonObject,
): void {
  const values = world.chosen.get(key) ?? {};
  const blockId = textOf(block['block_id']);
  world.chosen.set(key, {
    ...values,
    [blockId]: { ...objectOf(values[blockId]), [textOf(element['action_id'])]: state },
  });
}

function rememberValues(
  world: World,
  key: string,
  blocks: readonly JsonObject[],
  values: Readonly<Record<string, Given>>,
): void {
  for (const block of blocks) {
    const given = values[textOf(block['block_id'])];
    const element = isObject(block['element']) ? block['element'] : undefined;
    if (given !== undefined && element !== undefined)
      remember(world, key, block, element, givenState(element, given, offeredIn(world, key, block, element)));
  }
}

const blocksOf = (found: Found): readonly JsonObject[] =>
  found.message === undefined ? objectsOf(found.view?.['blocks']) : messageBlocks(found.message);

/** `state.values`: what is chosen now in everything that holds a value. */
export function stateValues(world: World, key: string, blocks: readonly JsonObject[]): JsonObject {
  const chosen = world.chosen.get(key) ?? {};
  const values: Record<string, JsonObject> = {};
  for (const block of blocks) {
    const blockId = textOf(block['block_id']);
    for (const element of elementsOf(block)) {
      const type = typeOf(element);
      if (type === 'button' || type === 'overflow') continue;
      const actionId = textOf(element['action_id']);
      const now = objectOf(chosen[blockId])[actionId] ?? initialState(element);
      values[blockId] = { ...values[blockId], [actionId]: now };
    }
  }
  return values;
}

function messageFacts(world: World, person: Person, found: Found): JsonObject {
  const message = found.message;
  const channel = world.channels.get(message?.channel ?? '');
  if (message === undefined || channel === undefined) throw new Impossible('the message is gone');
  const ephemeral = message.onlyFor !== undefined;
  return compact({
    trigger_id: issueTrigger(world, person.id),
    response_url: issueResponseUrl(world, person.id, channel.id, message.ts),
    channel: channelFact(channel),
    container: compact({
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      thread_ts: message.threadTs,
    }),
    // The app cannot read back what only one person sees.
    message: ephemeral ? undefined : messageObject(world, message, false),
    state: { values: stateValues(world, `${channel.id}:${message.ts}|${person.id}`, messageBlocks(message)) },
  });
}

function viewFacts(world: World, person: Person, view: JsonObject): JsonObject {
  const id = textOf(view['id']);
  return {
    trigger_id: issueTrigger(world, person.id, id),
    container: { type: 'view', view_id: id },
    view: { ...view, state: { values: stateValues(world, `${id}|${person.id}`, objectsOf(view['blocks'])) } },
  };
}
