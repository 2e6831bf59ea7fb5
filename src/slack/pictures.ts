import type { WebClient } from '@slack/web-api';
import { words, type Lang, type Words } from '../kit/index.ts';
import type { Asked } from '../desk/port.ts';
import type { Chart } from '../runs/series.ts';
import { SLACK_API_URL } from './client.ts';
import type { Place } from './place.ts';
import type { Log } from './log.ts';
import { upload } from './upload.ts';
import { chartUpload } from './view/chart.ts';

export interface PicturePoster {
  /** Draws what was measured and puts it where it was asked for. The answer is a sentence for the person when that failed. */
  readonly post: (chart: Chart, asked: Asked, place: Place, lang: Lang) => Promise<Words | undefined>;
}

export function createPicturePoster(deps: {
  readonly client: WebClient;
  readonly draw: (chart: Chart, lang: Lang) => Promise<Uint8Array>;
  readonly log: Log;
  readonly slackApiUrl?: string;
}): PicturePoster {
  const { client, draw, log, slackApiUrl = SLACK_API_URL } = deps;
  return {
    async post(chart, asked, place, lang) {
      try {
        const png = await draw(chart, lang);
        await upload(client, slackApiUrl, chartUpload(chart, png, asked, lang), place);
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
