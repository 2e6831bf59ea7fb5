import * as z from 'zod';
import type { Sockets } from '../delivery/sockets.ts';
import type { ApiGateway } from '../api/gateway.ts';
import type { Acted, Stage } from '../people/act.ts';
import { closeForm, submitForm } from '../people/forms.ts';
import { changePerson, joinChannel, openDirect, openHome, runShortcut } from '../people/more.ts';
import { press } from '../people/press.ts';
import { suggest } from '../people/suggest.ts';
import { typeText } from '../people/type.ts';

const Given = z.union([z.string(), z.array(z.string()), z.null()]);
const times = z.number().int().positive().default(1);
const method = z.string().default('*');
const afterEffect = z.boolean().default(false);

export const TypeBody = z.object({
  as: z.string(),
  channel: z.string(),
  text: z.string(),
  thread_ts: z.string().optional(),
});

export const PressBody = z.object({
  as: z.string(),
  in: z.enum(['message', 'form', 'home']).default('message'),
  channel: z.string().optional(),
  ts: z.string().optional(),
  thread_ts: z.string().optional(),
  control: z.string(),
  block_id: z.string().optional(),
  given: Given.optional(),
  dialog: z.enum(['confirm', 'deny']).optional(),
  values: z.record(z.string(), Given).optional(),
});

export const SubmitBody = z.object({ as: z.string(), values: z.record(z.string(), Given).default({}) });
export const CloseBody = z.object({ as: z.string(), all: z.boolean().default(false) });
export const AsBody = z.object({ as: z.string() });
export const JoinBody = z.object({ as: z.string(), channel: z.string() });
export const DirectBody = z.object({ as: z.string(), with: z.string() });
export const ReadBody = z.object({ as: z.string(), channel: z.string(), ts: z.string() });

export const ShortcutBody = z.object({
  as: z.string(),
  callback_id: z.string(),
  channel: z.string().optional(),
  ts: z.string().optional(),
});

export const SuggestBody = z.object({
  as: z.string(),
  action_id: z.string(),
  block_id: z.string(),
  text: z.string(),
  channel: z.string().optional(),
  ts: z.string().optional(),
});

export const FaultBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('429'), method, times, retryAfter: z.number().int().nonnegative().default(1) }),
  z.object({ kind: z.literal('500'), method, times, afterEffect }),
  z.object({ kind: z.literal('hang'), method, times, afterEffect }),
  z.object({ kind: z.literal('error'), method, times, error: z.string() }),
  z.object({ kind: z.literal('delay'), method, times, ms: z.number().nonnegative() }),
]);

export const DuplicateBody = z.object({ times });
export const DisconnectBody = z.object({ how: z.enum(['refresh', 'drop']).default('drop') });
export const SilentBody = z.object({ silent: z.boolean() });
export const ChangePersonBody = z.object({
  as: z.string(),
  guest: z.boolean().optional(),
  deleted: z.boolean().optional(),
});
export const ClockBody = z.object({ advance_ms: z.number().positive() });
export const RatesBody = z.object({ enforce: z.boolean() });

export interface Backstage extends Stage {
  readonly gateway: ApiGateway;
  /** Undefined when the app is reached by signed HTTP. */
  readonly sockets: Sockets | undefined;
}

type Act = (stage: Backstage, body: unknown) => Acted | Promise<Acted>;

const done = { ok: true } as const;

/** Leaves out what was not given, so that absent stays absent. */
const given = <Key extends string, Value>(key: Key, value: Value | undefined): Record<Key, Value> | object =>
  value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);

/** What `POST /control/<name>` does. */
export const ACTS: Readonly<Record<string, Act>> = {
  type: (stage, body) => {
    const { as, channel, text, thread_ts } = TypeBody.parse(body);
    return typeText(stage, { as, channel, text, ...given('threadTs', thread_ts) });
  },
  press: (stage, body) => {
    const asked = PressBody.parse(body);
    return press(stage, {
      as: asked.as,
      control: asked.control,
      place:
        asked.in === 'message'
          ? {
              in: 'message',
              channel: asked.channel ?? '',
              ...given('ts', asked.ts),
              ...given('threadTs', asked.thread_ts),
            }
          : { in: asked.in },
      ...given('blockId', asked.block_id),
      ...given('given', asked.given),
      ...given('dialog', asked.dialog),
      ...given('values', asked.values),
    });
  },
  submit: (stage, body) => submitForm(stage, SubmitBody.parse(body)),
  close: (stage, body) => {
    const { as, all } = CloseBody.parse(body);
    return closeForm(stage, as, all);
  },
  shortcut: (stage, body) => {
    const { as, callback_id, channel, ts } = ShortcutBody.parse(body);
    return runShortcut(stage, {
      as,
      callbackId: callback_id,
      ...given('channel', channel),
      ...given('ts', ts),
    });
  },
  suggest: (stage, body) => {
    const { as, action_id, block_id, text, channel, ts } = SuggestBody.parse(body);
    return suggest(stage, {
      as,
      actionId: action_id,
      blockId: block_id,
      text,
      ...given('channel', channel),
      ...given('ts', ts),
    });
  },
  home: (stage, body) => openHome(stage, AsBody.parse(body).as),
  join: (stage, body) => {
    const { as, channel } = JoinBody.parse(body);
    return joinChannel(stage, as, channel);
  },
  direct: (stage, body) => {
    const { as, with: other } = DirectBody.parse(body);
    return openDirect(stage, as, other);
  },
  read: (stage, body) => {
    const { as, channel, ts } = ReadBody.parse(body);
    stage.world.read.set(`${as}|${channel}`, ts);
    return done;
  },
  fault: (stage, body) => {
    stage.gateway.faults.inject(FaultBody.parse(body));
    return done;
  },
  'clear-faults': (stage) => {
    stage.gateway.faults.clear();
    stage.gateway.rates.enforce(false);
    return done;
  },
  duplicate: (stage, body) => {
    stage.delivery.duplicateNext(DuplicateBody.parse(body).times);
    return done;
  },
  disconnect: (stage, body) => {
    const { how } = DisconnectBody.parse(body);
    if (stage.sockets === undefined)
      return { ok: false, problem: 'the app is reached by HTTP, not by sockets' };
    stage.sockets.disconnect(how);
    return done;
  },
  silent: (stage, body) => {
    const { silent } = SilentBody.parse(body);
    if (stage.sockets === undefined)
      return { ok: false, problem: 'the app is reached by HTTP, not by sockets' };
    stage.sockets.silence(silent);
    return done;
  },
  person: (stage, body) => changePerson(stage, ChangePersonBody.parse(body)),
  clock: (stage, body) => {
    stage.world.advance(ClockBody.parse(body).advance_ms);
    return done;
  },
  rates: (stage, body) => {
    stage.gateway.rates.enforce(RatesBody.parse(body).enforce);
    return done;
  },
};
