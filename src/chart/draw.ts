import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import * as echarts from 'echarts';
import { FONT, heightOf, optionOf, WIDTH } from './echarts-option.ts';
import type { Picture } from './picture.ts';

/** Pixels for one point of the picture: sharp on every screen, and when it is enlarged. */
const SCALE = 2;

/** Simplified Chinese and Latin in one file; what it lacks comes from the fonts of the machine. */
const FONT_FILE = '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2';

let isReady = false;

/** Once for each thread: the font, and canvases to measure words on. */
function makeReady(): void {
  if (isReady) return;
  GlobalFonts.register(readFileSync(fileURLToPath(import.meta.resolve(FONT_FILE))), FONT);
  echarts.setPlatformAPI({ createCanvas: () => createCanvas(1, 1) });
  isReady = true;
}

/** The picture as PNG. Takes a processor for some tenths of a second, so it is done in a thread of its own. */
export async function draw(picture: Picture): Promise<Uint8Array> {
  makeReady();
  const height = heightOf(picture);
  const canvas = createCanvas(WIDTH * SCALE, height * SCALE);
  const chart = echarts.init(canvas, undefined, { width: WIDTH, height, devicePixelRatio: SCALE });
  try {
    chart.setOption(optionOf(picture));
    return await canvas.encode('png');
  } finally {
    chart.dispose();
  }
}
