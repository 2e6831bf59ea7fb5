import { z } from 'zod';
import type { Contact, Estate } from '../estate.ts';
import { captureSaying } from '../text/captured.ts';
import { visible } from '../text/visible.ts';
import { sentences, type Words, words } from '../words.ts';
import { stepFacts, WordsShape } from './facts.ts';
import { type Delivered, fenced, type Heard, type StepKind } from './hands.ts';

/** Tells people something in Slack, once. Done when Slack has the message. */
export const NotifyStep = z
  .strictObject({
    kind: z.literal('notify'),
    ...stepFacts,
    /** The thread of the run, or a contact of the inventory. */
    to: z.union([z.literal('thread'), z.strictObject({ contact: z.string() }).readonly()]),
    text: WordsShape,
  })
  .readonly();
export type NotifyStep = z.infer<typeof NotifyStep>;

export const notify: StepKind<NotifyStep> = {
  masked: (step) => ({ ...step, text: captureSaying(step.text) }),
  shown: ({ to, text }) => ({
    place: to === 'thread' ? 'Slack' : to.contact,
    language: 'words',
    note:
      to === 'thread'
        ? words('a message in this thread, once', '在本消息列中发送一次')
        : words(`a message to ${to.contact}, once`, `向 ${to.contact} 发送一次消息`),
    text: { en: visible(text.en), zh: visible(text.zh) },
  }),
  touches: () => [],
  effects: () => [],
  contacts: ({ to }) => (to === 'thread' ? [] : [to.contact]),
  async perform({ to, text }, frame, permitted, { estate, tell }) {
    const address = to === 'thread' ? { ok: true as const } : addressOf(estate, to.contact);
    if (!address.ok) return { kind: 'without-effect', says: address.says, evidence: '' };
    if (!(await permitted())) return fenced;
    const { ok: _, ...where } = address;
    return heard(await tell.send(frame, { ...where, says: text }), to);
  },
  async look({ to }, frame, { tell }) {
    return heard(await tell.seen(frame), to);
  },
};

type Address =
  | { readonly ok: true; readonly channel: string; readonly group?: string }
  | { readonly ok: false; readonly says: Words };

/** Where a contact is told: its channel, with its group called by name there, or itself. */
export function addressOf({ contacts }: Pick<Estate, 'contacts'>, name: string): Address {
  const contact = contacts[name];
  const channel = contact?.channel ?? contact?.user;
  if (contact && channel !== undefined)
    return { ok: true, channel, ...(contact.group === undefined ? {} : { group: contact.group }) };
  return { ok: false, says: contact ? byPhone(name, contact) : unlisted(name) };
}

const byPhone = (name: string, { phone = '' }: Contact): Words =>
  words(
    `${name} is not in Slack. Call: ${phone}. Nobody was told.`,
    `${name} 不在 Slack 中，请致电：${phone}。未通知任何人。`,
  );

const unlisted = (name: string): Words => sentences(noContact(name), NOBODY_TOLD);

const NOBODY_TOLD = words('Nobody was told.', '未通知任何人。');

/** Why a plan that names a contact cannot be made. */
export const noContact = (name: string): Words =>
  words(
    `The inventory has no contact "${name}". Add it under "contacts" in inventory.yaml.`,
    `资产清单中没有联系人“${name}”。请在 inventory.yaml 的 contacts 下补充。`,
  );

function heard(delivered: Delivered, to: NotifyStep['to']): Heard {
  const name = to === 'thread' ? words('this thread', '本消息列') : words(to.contact, to.contact);
  switch (delivered) {
    case 'told':
      return { kind: 'done', says: words(`Told ${name.en}.`, `已通知${name.zh}。`), evidence: '' };
    case 'refused':
      return {
        kind: 'without-effect',
        says: words(
          `Slack does not take messages for ${name.en}: is Fettle in the channel? Nobody was told.`,
          `Slack 不接受发往${name.zh}的消息：Fettle 是否在该频道中？未通知任何人。`,
        ),
        evidence: '',
      };
    case 'never-sent':
      return { kind: 'without-effect', says: words('Nobody was told.', '未通知任何人。'), evidence: '' };
    case 'not-yet':
      return {
        kind: 'unknown',
        says: words(
          'Slack does not have the message yet. It is sent as soon as Slack takes it.',
          'Slack 尚未收到该消息，恢复后将自动发送。',
        ),
        evidence: '',
      };
    default:
      return delivered satisfies never;
  }
}
