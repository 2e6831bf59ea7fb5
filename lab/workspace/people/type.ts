import { Refusal } from '../api/call.ts';
import { readContent } from '../api/content.ts';
import type { Answer } from '../delivery/delivery.ts';
import type { JsonObject } from '../json.ts';
import { addMessage, findMessage, messageObject, notice } from '../messages.ts';
import { postResponse } from '../response-url.ts';
import { issueResponseUrl, issueTrigger } from '../triggers.ts';
import type { Channel, Message, Person } from '../world.ts';
import { channelOf, Impossible, personOf, type Acted, type Stage } from './act.ts';
import { encodeTyped } from './typed.ts';

export interface Typed {
  readonly as: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string;
}

/** A person writes a message or a command and sends it. */
export async function typeText(stage: Stage, typed: Typed): Promise<Acted> {
  const person = personOf(stage.world, typed.as);
  const channel = channelOf(stage.world, person, typed.channel);
  if (channel.archived) return { ok: false, problem: 'This channel is archived.' };
  const text = typed.text.trim();
  if (text === '') throw new Impossible('an empty message cannot be sent');
  const command = /^\/(\S+)(?:\s+([\s\S]*))?$/.exec(text);
  if (command === null) return writeMessage(stage, person, channel, text, typed.threadTs);
  return runCommand(stage, person, channel, `/${command[1]}`, command[2] ?? '', typed.threadTs);
}

function writeMessage(
  stage: Stage,
  person: Person,
  channel: Channel,
  typed: string,
  threadTs: string | undefined,
): Acted {
  const { world } = stage;
  if (threadTs !== undefined && findMessage(world, channel.id, threadTs) === undefined) {
    throw new Impossible('there is no such thread');
  }
  const text = encodeTyped(world, typed, false);
  const message = addMessage(world, {
    channel: channel.id,
    user: person.id,
    text,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  tellTheApp(stage, channel, message);
  return { ok: true, ts: message.ts };
}

function tellTheApp(stage: Stage, channel: Channel, message: Message): void {
  const { world, delivery } = stage;
  const mentioned = message.text.includes(`<@${world.bot.userId}>`);
  if (!channel.members.has(world.bot.userId)) {
    if (mentioned) {
      notice(
        world,
        message.user,
        channel.id,
        `You mentioned <@${world.bot.userId}>, but they’re not in this channel.`,
        message.threadTs,
      );
    }
    return;
  }
  const event: JsonObject = {
    ...messageObject(world, message, false),
    client_msg_id: message.ts,
    channel: channel.id,
    event_ts: message.ts,
  };
  const kind = channel.kind === 'im' ? 'im' : channel.kind === 'private' ? 'group' : 'channel';
  const subscription =
    kind === 'im' ? 'message.im' : kind === 'group' ? 'message.groups' : 'message.channels';
  if (world.events.has(subscription)) delivery.tell({ ...event, channel_type: kind });
  if (mentioned && kind !== 'im' && world.events.has('app_mention'))
    delivery.tell({ ...event, type: 'app_mention' });
}

async function runCommand(
  stage: Stage,
  person: Person,
  channel: Channel,
  command: string,
  typed: string,
  threadTs: string | undefined,
): Promise<Acted> {
  const { world, delivery } = stage;
  if (threadTs !== undefined) {
    return refuse(stage, person, channel, `\`${command}\` is not supported in threads. Sorry!`, threadTs);
  }
  const registered = world.commands.find((one) => one.command === command);
  if (registered === undefined) {
    return refuse(
      stage,
      person,
      channel,
      `\`${command}\` is not a valid command. To send it as a message, put a space before the slash.`,
    );
  }
  const text = registered.should_escape === true ? encodeTyped(world, typed, true) : typed;
  const url = issueResponseUrl(world, person.id, channel.id);
  const began = performance.now();
  const answer = await delivery.ask('slash_commands', {
    token: 'verification',
    team_id: world.team.id,
    team_domain: world.team.domain,
    channel_id: channel.id,
    channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
    user_id: person.id,
    user_name: person.name,
    command,
    text,
    api_app_id: world.bot.appId,
    is_enterprise_install: 'false',
    response_url: url,
    trigger_id: issueTrigger(world, person.id),
  });
  const tookMs = Math.round(performance.now() - began);
  if (answer.kind === 'no-answer') {
    return refuse(stage, person, channel, `${command} failed with the error "${commandError(answer)}"`);
  }
  return showAnswer(stage, person, channel, `${command} ${typed}`.trim(), answer.payload, tookMs);
}

const commandError = (answer: Extract<Answer, { kind: 'no-answer' }>): string =>
  answer.why === 'timeout'
    ? 'operation_timeout'
    : answer.why === 'http-error'
      ? 'http_client_error'
      : 'dispatch_failed';

function showAnswer(
  stage: Stage,
  person: Person,
  channel: Channel,
  typed: string,
  payload: JsonObject,
  tookMs: number,
): Acted {
  const { world } = stage;
  if (Object.keys(payload).length === 0) return { ok: true, tookMs };
  try {
    const content = readContent(payload);
    if (payload['response_type'] === 'in_channel') {
      addMessage(world, { channel: channel.id, user: person.id, text: encodeTyped(world, typed, false) });
    }
    const message = postResponse(world, { user: person.id, channel: channel.id }, content, payload);
    return { ok: true, tookMs, ts: message.ts };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return refuse(stage, person, channel, `${typed.split(' ')[0]} failed with the error "${thrown.error}"`);
  }
}

function refuse(stage: Stage, person: Person, channel: Channel, problem: string, threadTs?: string): Acted {
  notice(stage.world, person.id, channel.id, problem, threadTs);
  return { ok: false, problem };
}
