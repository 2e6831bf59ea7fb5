import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { words, type Lang, type Words } from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { SLACK_API_URL } from './client.ts';
import type { Delivery } from './deliver.ts';
import type { Place } from './place.ts';
import type { Log } from './log.ts';
import { upload } from './upload.ts';
import { evidence } from './view/evidence.ts';

export interface EvidencePoster {
  /** Puts evidence into the thread. The answer is a sentence for the person when it could not be put there. */
  readonly post: (
    title: Words,
    findings: readonly Finding[],
    place: Place,
    lang: Lang,
    mark: string,
  ) => Promise<Words | undefined>;
}

/** Milliseconds that one press may wait for Slack's patience. */
const PATIENCE_MS = 20_000;

export function createEvidencePoster(deps: {
  readonly client: WebClient;
  readonly delivery: Delivery;
  readonly log: Log;
  readonly slackApiUrl?: string;
}): EvidencePoster {
  const { client, delivery, log, slackApiUrl = SLACK_API_URL } = deps;
  return {
    async post(heading, findings, place, lang, mark) {
      const shown = evidence(heading, findings, lang);
      if (shown.kind === 'file') {
        try {
          const { title, name, content } = shown;
          const bytes = Buffer.from(content, 'utf8');
          await upload(client, slackApiUrl, { title, name, type: 'text/plain', bytes }, place);
          return undefined;
        } catch (error) {
          log.error({ err: error }, 'evidence could not be uploaded');
          return notPosted;
        }
      }
      const until = Date.now() + PATIENCE_MS;
      for (const post of shown.posts) {
        let sent = await delivery.post(post, place, `${mark}:${post.key}`);
        while (sent.kind === 'later' && Date.now() + sent.afterMs < until) {
          await sleep(sent.afterMs);
          sent = await delivery.post(post, place, `${mark}:${post.key}`);
        }
        if (sent.kind !== 'sent') {
          log.warn({ sent: sent.kind }, 'evidence could not be posted');
          return notPosted;
        }
      }
      return undefined;
    },
  };
}

const notPosted = words(
  'Slack did not take the evidence just now. Press Evidence again in a minute.',
  'Slack 暂时没有接收证据。请稍后再次点击“查看证据”。',
);
