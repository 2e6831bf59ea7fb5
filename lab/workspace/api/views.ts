import { isObject, parseJson, textOf, type JsonObject } from '../json.ts';
import { takeTrigger } from '../triggers.ts';
import { changedView, formsOf, makeView, showForms, viewerOf, viewRefusal } from '../views.ts';
import type { Trigger } from '../world.ts';
import { Refusal, required, text, type Call, type Method, type MethodEntry } from './call.ts';

const MAX_FORMS = 3;

const open: Method = (call) => {
  const view = readView(call, 'modal');
  const trigger = readTrigger(call);
  refuseTakenExternalId(call, view);
  const made = makeView(call.world, view, undefined, undefined);
  showForms(call.world, trigger.user, [made]);
  return { view: made };
};

const push: Method = (call) => {
  const view = readView(call, 'modal');
  const trigger = readTrigger(call);
  const forms = formsOf(call.world, trigger.user);
  const top = forms.at(-1);
  if (top === undefined || trigger.viewId === undefined) throw new Refusal('not_found');
  if (forms.length >= MAX_FORMS) throw new Refusal('push_limit_reached');
  const made = makeView(call.world, view, textOf(top['id']), textOf(top['root_view_id']));
  showForms(call.world, trigger.user, [...forms, made]);
  return { view: made };
};

const update: Method = (call) => {
  const old = namedView(call);
  const view = readView(call, textOf(old['type']) === 'home' ? 'home' : 'modal');
  refuseOldHash(call, old);
  const next = changedView(call.world, old, view);
  call.world.views.set(textOf(old['id']), next);
  const user = viewerOf(call.world, textOf(old['id']));
  if (user !== undefined) call.world.feed.add({ type: next['type'] === 'home' ? 'home' : 'view', user });
  return { view: next };
};

const publish: Method = (call) => {
  const user = required(call, 'user_id');
  if (!call.world.people.has(user)) throw new Refusal('user_not_found');
  const view = readView(call, 'home');
  const old = call.world.views.get(call.world.homes.get(user) ?? '');
  if (old !== undefined) refuseOldHash(call, old);
  const made =
    old === undefined ? makeView(call.world, view, undefined, undefined) : changedView(call.world, old, view);
  call.world.views.set(textOf(made['id']), made);
  call.world.homes.set(user, textOf(made['id']));
  call.world.feed.add({ type: 'home', user });
  return { view: made };
};

function readView(call: Call, type: 'modal' | 'home'): JsonObject {
  const given = call.args['view'];
  const view = typeof given === 'string' ? parseJson(given) : given;
  if (!isObject(view))
    throw new Refusal('invalid_arguments', argumentProblems(['[ERROR] missing required field: view']));
  const refusal = viewRefusal(view);
  if (refusal !== undefined) throw new Refusal(refusal.error, argumentProblems(refusal.messages));
  if (view['type'] !== type) {
    throw new Refusal(
      'invalid_arguments',
      argumentProblems([`[ERROR] must be of type ${type} [json-pointer:/view/type]`]),
    );
  }
  return view;
}

const argumentProblems = (messages: readonly string[]): JsonObject =>
  messages.length === 0 ? {} : { response_metadata: { messages } };

function readTrigger(call: Call): Trigger {
  const id = text(call, 'trigger_id');
  if (id === '')
    throw new Refusal('invalid_arguments', argumentProblems(['[ERROR] missing required field: trigger_id']));
  const taken = takeTrigger(call.world, id);
  if (taken.kind !== 'taken') throw new Refusal(taken.error);
  return taken.trigger;
}

function namedView(call: Call): JsonObject {
  const id = text(call, 'view_id');
  const external = text(call, 'external_id');
  if (id === '' && external === '') throw new Refusal('invalid_arguments');
  const found =
    id === ''
      ? [...call.world.views.values()].find((view) => view['external_id'] === external)
      : call.world.views.get(id);
  if (found === undefined) throw new Refusal('not_found');
  return found;
}

function refuseOldHash(call: Call, old: JsonObject): void {
  const hash = text(call, 'hash');
  if (hash !== '' && hash !== old['hash']) throw new Refusal('hash_conflict');
}

function refuseTakenExternalId(call: Call, view: JsonObject): void {
  const id = textOf(view['external_id']);
  if (id === '') return;
  if ([...call.world.views.values()].some((other) => other['external_id'] === id)) {
    throw new Refusal('duplicate_external_id');
  }
}

export const viewMethods: Readonly<Record<string, MethodEntry>> = {
  'views.open': { scopes: [], run: open },
  'views.push': { scopes: [], run: push },
  'views.update': { scopes: [], run: update },
  'views.publish': { scopes: [], run: publish },
};
