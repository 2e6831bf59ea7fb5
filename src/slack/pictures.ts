import type { WebClient } from '@slack/web-api';
import { words, type Lang, type Words } from '../kit/index.ts';
import type { Asked } from '../desk/port.ts';
import type { Course } from '../runs/course.ts';
import { SLACK_API_URL } from './client.ts';
import type { Place } from './deliver.ts';
import type { Log } from './log.ts';
import { upload } from './upload.ts';
import { courseUpload } from './view/course.ts';

export interface PicturePoster {
  /** Draws what was measured and puts it where it was asked for. The answer is a sentence for the person when that failed. */
  readonly post: (course: Course, asked: Asked, place: Place, lang: Lang) => Promise<Words | undefined>;
}

export function createPicturePoster(parts: {
  readonly client: WebClient;
  readonly draw: (course: Course, lang: Lang) => Promise<Uint8Array>;
  readonly log: Log;
  readonly slackApiUrl?: string;
}): PicturePoster {
  const { client, draw, log, slackApiUrl = SLACK_API_URL } = parts;
  return {
    async post(course, asked, place, lang) {
      try {
        const png = await draw(course, lang);
        await upload(client, slackApiUrl, courseUpload(course, png, asked, lang), place);
        return undefined;
      } catch (error) {
        log.error({ err: error }, 'a picture could not be shown');
        return notShown;
      }
    },
  };
}

const notShown = words(
  'The picture could not be shown just now. Ask again in a minute.',
  '暂时无法显示图表，请稍后重试。',
);
