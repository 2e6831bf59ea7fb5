import { fileObject } from '../files.ts';
import { objectsOf, textOf } from '../json.ts';
import { addMessage } from '../messages.ts';
import { newId, type StoredFile } from '../world.ts';
import { joinedChannel, Refusal, required, text, type Call, type Method, type MethodEntry } from './call.ts';
import { threadOf } from './chat.ts';
import { checkedBlocks } from './content.ts';

/** Bytes of one file; Slack allows 1 GB, this workspace keeps files in memory. */
const MAX_FILE_BYTES = 50_000_000;

const getUploadUrl: Method = (call) => {
  const name = required(call, 'filename');
  const length = Number(required(call, 'length'));
  if (!Number.isInteger(length) || length < 0) throw new Refusal('invalid_arguments');
  if (length > MAX_FILE_BYTES) throw new Refusal('file_upload_size_restricted');
  const file: StoredFile = {
    id: newId('F'),
    name,
    title: name,
    expectedBytes: length,
    created: Math.floor(call.world.now() / 1000),
    shares: [],
    ...(text(call, 'snippet_type') === '' ? {} : { snippetType: text(call, 'snippet_type') }),
    ...(text(call, 'alt_txt') === '' ? {} : { altText: text(call, 'alt_txt') }),
  };
  call.world.files.set(file.id, file);
  return { upload_url: `${call.world.address}/upload/${file.id}`, file_id: file.id };
};

const complete: Method = (call) => {
  const given = objectsOf(call.args['files']);
  if (given.length === 0) throw new Refusal('invalid_arguments');
  const files = given.map((item) => {
    const file = call.world.files.get(textOf(item['id']));
    if (file?.bytes === undefined) throw new Refusal('file_not_found');
    return { ...file, title: textOf(item['title']) || file.name };
  });
  const shared = text(call, 'channel_id') === '' ? files : share(call, files);
  for (const file of shared) call.world.files.set(file.id, file);
  return { files: shared.map((file) => fileObject(call.world, file)) };
};

function share(call: Call, files: readonly StoredFile[]): readonly StoredFile[] {
  const channel = joinedChannel(call, 'channel_id');
  if (channel.archived) throw new Refusal('is_archived');
  const threadTs = threadOf(call, channel);
  const blocks = call.args['blocks'] === undefined ? undefined : checkedBlocks(call.args['blocks'] ?? []);
  // The message names its files, so they must be known with their titles before it is announced.
  for (const file of files) call.world.files.set(file.id, file);
  const message = addMessage(call.world, {
    channel: channel.id,
    user: call.world.bot.userId,
    text: text(call, 'initial_comment'),
    files: files.map((file) => file.id),
    ...(blocks === undefined ? {} : { blocks }),
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  const place = { channel: channel.id, ts: message.ts, ...(threadTs === undefined ? {} : { threadTs }) };
  return files.map((file) => ({ ...file, shares: [...file.shares, place] }));
}

const info: Method = (call) => {
  const file = call.world.files.get(required(call, 'file'));
  if (file?.bytes === undefined) throw new Refusal('file_not_found');
  return { file: fileObject(call.world, file) };
};

export const fileMethods: Readonly<Record<string, MethodEntry>> = {
  'files.getUploadURLExternal': { scopes: ['files:write'], run: getUploadUrl },
  'files.completeUploadExternal': { scopes: ['files:write'], run: complete },
  'files.info': { scopes: ['files:read'], run: info },
};
