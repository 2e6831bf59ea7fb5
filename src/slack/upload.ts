import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { failureOf } from './client.ts';
import type { Place } from './place.ts';

export interface Upload {
  readonly title: string;
  readonly name: string;
  readonly type: 'text/plain' | 'image/png';
  readonly bytes: Uint8Array;
  /** What is seen by those who cannot see a picture. */
  readonly altText?: string;
  /** Stands above the file; `text` alone when Slack takes no blocks there. */
  readonly says?: { readonly text: string; readonly blocks: readonly KnownBlock[] };
}

const UPLOAD_MS = 20_000;

/** Puts files into channels and threads, by Slack's three calls; answers the id of the file. The address it gives gets the bytes and no token. Throws when Slack does not take it. */
export async function upload(
  client: WebClient,
  slackApiUrl: string,
  file: Upload,
  place: Place,
): Promise<string> {
  const { bytes, name, type, altText } = file;
  const { upload_url, file_id } = await client.files.getUploadURLExternal({
    filename: name,
    length: bytes.byteLength,
    ...(altText === undefined ? {} : { alt_txt: altText }),
  });
  if (upload_url === undefined || file_id === undefined) throw new Error('Slack gave no upload address');
  if (!isSlack(new URL(upload_url), new URL(slackApiUrl)))
    throw new Error('Slack gave a foreign upload address');
  const form = new FormData();
  form.append('body', new Blob([Buffer.from(bytes)], { type }), name);
  const answer = await fetch(upload_url, {
    method: 'POST',
    body: form,
    redirect: 'error',
    signal: AbortSignal.timeout(UPLOAD_MS),
  });
  if (answer.status !== 200) throw new Error(`the upload address answered ${answer.status}`);
  await share(client, file_id, file, place);
  return file_id;
}

async function share(client: WebClient, id: string, { title, says }: Upload, place: Place): Promise<void> {
  const { channel, threadTs } = place;
  const complete = (words: { readonly blocks?: KnownBlock[]; readonly initial_comment?: string }) =>
    client.files.completeUploadExternal({
      files: [{ id, title }],
      ...words,
      ...(threadTs === undefined ? { channel_id: channel } : { channel_id: channel, thread_ts: threadTs }),
    });
  if (says === undefined) {
    await complete({});
    return;
  }
  try {
    await complete({ blocks: [...says.blocks] });
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== 'refused' || !/block|invalid_arguments/.test(failure.error)) throw error;
    await complete({ initial_comment: says.text });
  }
}

const isSlack = (address: URL, api: URL): boolean =>
  address.host === api.host ||
  (address.protocol === 'https:' && /(?:^|\.)slack(?:-edge|-files)?\.com$/.test(address.hostname));
