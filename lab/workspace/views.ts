import { problemText } from './blocks/checker.ts';
import { withIds } from './blocks/ids.ts';
import { checkView } from './blocks/limits.ts';
import { textOf, type JsonObject } from './json.ts';
import { newId, type World } from './world.ts';

/** Bytes after which Slack answers `view_too_large`. */
const MAX_VIEW_BYTES = 250_000;

/** Why a view cannot be shown, as the Web API answers; undefined when it can. */
export function viewRefusal(
  view: JsonObject,
): { readonly error: string; readonly messages: string[] } | undefined {
  if (Buffer.byteLength(JSON.stringify(view)) > MAX_VIEW_BYTES)
    return { error: 'view_too_large', messages: [] };
  const messages = checkView(view).map(problemText);
  return messages.length === 0 ? undefined : { error: 'invalid_arguments', messages };
}

/** A checked view with the ids and state that Slack adds. */
export function makeView(
  world: World,
  view: JsonObject,
  previous: string | undefined,
  root: string | undefined,
): JsonObject {
  const id = newId('V');
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    ...view,
    id,
    team_id: world.team.id,
    app_id: world.bot.appId,
    app_installed_team_id: world.team.id,
    bot_id: world.bot.botId,
    hash: newHash(world),
    root_view_id: root ?? id,
    previous_view_id: previous ?? null,
    state: { values: {} },
    blocks: withIds(view['blocks']),
  };
}

/** The same view with new contents and a new hash. */
export function changedView(world: World, old: JsonObject, view: JsonObject): JsonObject {
  return {
    ...makeView(world, view, undefined, undefined),
    id: textOf(old['id']),
    root_view_id: textOf(old['root_view_id']),
    previous_view_id: old['previous_view_id'] ?? null,
    external_id: view['external_id'] ?? old['external_id'] ?? '',
  };
}

export const newHash = (world: World): string =>
  `${Math.floor(world.now() / 1000)}.${Math.random().toString(36).slice(2, 10)}`;

/** The open forms of a person, bottom first. */
export const formsOf = (world: World, user: string): readonly JsonObject[] =>
  (world.modals.get(user) ?? []).flatMap((id) => {
    const view = world.views.get(id);
    return view === undefined ? [] : [view];
  });

/** Shows these forms to a person, bottom first; the ones no longer among them are gone. */
export function showForms(world: World, user: string, views: readonly JsonObject[]): void {
  const ids = views.map((view) => textOf(view['id']));
  for (const id of world.modals.get(user) ?? []) {
    if (!ids.includes(id)) {
      world.views.delete(id);
      world.chosen.delete(`${id}|${user}`);
      world.offered.delete(`${id}|${user}`);
    }
  }
  for (const view of views) world.views.set(textOf(view['id']), view);
  world.modals.set(user, ids);
  world.feed.add({ type: 'view', user });
}

/** Who looks at a view: the person with the form, or the one whose Home tab it is. */
export function viewerOf(world: World, viewId: string): string | undefined {
  for (const [user, ids] of world.modals) if (ids.includes(viewId)) return user;
  for (const [user, id] of world.homes) if (id === viewId) return user;
  return undefined;
}
