import { problemText } from '../blocks/checker.ts';
import { elementsOf } from '../blocks/limits.ts';
import { checkOffer } from '../blocks/offer.ts';
import { compact, objectOf, objectsOf, textOf, type JsonObject } from '../json.ts';
import { findMessage, messageObject } from '../messages.ts';
import { formsOf } from '../views.ts';
import type { Person, World } from '../world.ts';
import { channelFact, channelOf, commonFacts, Impossible, personOf, type Acted, type Stage } from './act.ts';
import { isExternal } from './element-state.ts';

export interface Asked {
  readonly as: string;
  readonly actionId: string;
  readonly blockId: string;
  readonly text: string;
  /** Where the menu is, when it is in a message; else it is in the form on top. */
  readonly channel?: string;
  readonly ts?: string;
}

const NO_RESPONSE = 'The app did not respond. Try again in a moment.';
/** What Slack waits for before it asks the app, unless the menu says otherwise. */
const FEWEST_CHARACTERS = 3;

/** What the app offers while a person types in a menu that it fills itself. What was offered can be chosen afterwards. */
export async function suggest(stage: Stage, asked: Asked): Promise<Acted> {
  const { world, delivery } = stage;
  const person = personOf(world, asked.as);
  const place = placeOf(world, person, asked);
  const menu = menuIn(place.blocks, asked);
  const fewest = Number(menu['min_query_length'] ?? FEWEST_CHARACTERS);
  if (asked.text.length < fewest) throw new Impossible(`the app is asked from ${fewest} characters on`);
  const answer = await delivery.ask('interactive', {
    type: 'block_suggestion',
    ...commonFacts(world, person),
    action_id: asked.actionId,
    block_id: asked.blockId,
    value: asked.text,
    ...place.facts,
  });
  if (answer.kind === 'no-answer') return { ok: false, problem: NO_RESPONSE };
  const [problem] = checkOffer(answer.payload);
  if (problem !== undefined) return { ok: false, problem: problemText(problem) };
  const options = optionsOf(answer.payload);
  remember(world, `${place.container}|${person.id}`, asked, options);
  return { ok: true, answer: options };
}

/** What was offered in one menu of a message or view. */
export const offeredIn = (
  world: World,
  key: string,
  block: JsonObject,
  element: JsonObject,
): readonly JsonObject[] =>
  world.offered.get(key)?.[`${textOf(block['block_id'])}|${textOf(element['action_id'])}`] ?? [];

interface Place {
  readonly container: string;
  readonly blocks: readonly JsonObject[];
  readonly facts: JsonObject;
}

function placeOf(world: World, person: Person, asked: Asked): Place {
  if (asked.channel === undefined || asked.ts === undefined) {
    const view = formsOf(world, person.id).at(-1);
    if (view === undefined) throw new Impossible(`${person.realName} has no open form`);
    const id = textOf(view['id']);
    return {
      container: id,
      blocks: objectsOf(view['blocks']),
      facts: { container: { type: 'view', view_id: id }, view },
    };
  }
  const channel = channelOf(world, person, asked.channel);
  const message = findMessage(world, channel.id, asked.ts);
  if (message === undefined || (message.onlyFor ?? person.id) !== person.id)
    throw new Impossible('there is no such message');
  return {
    container: `${channel.id}:${message.ts}`,
    blocks: message.blocks ?? [],
    facts: {
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: message.onlyFor !== undefined,
      },
      channel: channelFact(channel),
      message: messageObject(world, message, false),
    },
  };
}

function menuIn(blocks: readonly JsonObject[], { blockId, actionId }: Asked): JsonObject {
  const menu = blocks
    .filter((block) => block['block_id'] === blockId)
    .flatMap(elementsOf)
    .find((element) => element['action_id'] === actionId);
  if (menu === undefined || !isExternal(menu))
    throw new Impossible(`there is no menu ${actionId} in ${blockId} that the app fills`);
  return menu;
}

/** The options as a list; each of a group names it. */
const optionsOf = (answer: JsonObject): readonly JsonObject[] => [
  ...objectsOf(answer['options']).map(compact),
  ...objectsOf(answer['option_groups']).flatMap((group) =>
    objectsOf(group['options']).map((option) => ({
      ...compact(option),
      group: textOf(objectOf(group['label'])['text']),
    })),
  ),
];

function remember(
  world: World,
  key: string,
  { blockId, actionId }: Asked,
  options: readonly JsonObject[],
): void {
  const menus = world.offered.get(key) ?? {};
  const menu = `${blockId}|${actionId}`;
  const known = (menus[menu] ?? []).filter(
    ({ value }) => !options.some((option) => option['value'] === value),
  );
  world.offered.set(key, { ...menus, [menu]: [...known, ...options] });
}
