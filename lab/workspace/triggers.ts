import { newId, type Trigger, type World } from './world.ts';

/** Milliseconds in which a trigger may open a form. */
export const TRIGGER_MS = 3_000;
/** A response_url lives 30 minutes and answers five times. */
export const RESPONSE_URL_MS = 30 * 60_000;
export const RESPONSE_URL_USES = 5;

export function issueTrigger(world: World, user: string, viewId?: string): string {
  const id = `${newId('').toLowerCase()}.${world.now()}.trigger`;
  world.triggers.set(id, {
    user,
    expiresAt: world.now() + TRIGGER_MS,
    used: false,
    ...(viewId === undefined ? {} : { viewId }),
  });
  return id;
}

export type Taken =
  | { readonly kind: 'taken'; readonly trigger: Trigger }
  | {
      readonly kind: 'refused';
      readonly error: 'invalid_trigger_id' | 'exchanged_trigger_id' | 'expired_trigger_id';
    };

/** Exchanges a trigger, once. */
export function takeTrigger(world: World, id: string): Taken {
  const trigger = world.triggers.get(id);
  if (trigger === undefined) return { kind: 'refused', error: 'invalid_trigger_id' };
  if (trigger.used) return { kind: 'refused', error: 'exchanged_trigger_id' };
  if (world.now() > trigger.expiresAt) return { kind: 'refused', error: 'expired_trigger_id' };
  trigger.used = true;
  return { kind: 'taken', trigger };
}

/** An address that answers this person in this channel. `original` is the message that was used. */
export function issueResponseUrl(world: World, user: string, channel: string, original?: string): string {
  const id = newId('R');
  world.responseUrls.set(id, {
    user,
    channel,
    expiresAt: world.now() + RESPONSE_URL_MS,
    used: 0,
    ...(original === undefined ? {} : { original }),
  });
  return `${world.address}/response/${id}`;
}
