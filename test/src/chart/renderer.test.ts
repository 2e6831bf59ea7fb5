import { type Canvas, createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { openChartRenderer } from '../../../src/chart/renderer.ts';
import type { Chart } from '../../../src/runs/series.ts';
import { aChart, aSeries, hourly, TO } from './a-chart.ts';

const renderer = openChartRenderer();
afterAll(() => renderer.close());

async function opened(png: Uint8Array): Promise<Canvas> {
  const image = await loadImage(Buffer.from(png));
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas;
}

/** How many pixels have each colour, as `#rrggbb`; none may be seen through. */
function coloursOf(canvas: Canvas): ReadonlyMap<string, number> {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const counts = new Map<number, number>();
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < data.length; at += 4) {
    const pixel = view.getUint32(at);
    counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  }
  const colours = [...counts].map(([pixel, count]) => [pixel.toString(16).padStart(8, '0'), count] as const);
  expect(colours.filter(([colour]) => !colour.endsWith('ff'))).toEqual([]);
  return new Map(colours.map(([colour, count]) => [`#${colour.slice(0, 6)}`, count]));
}

const drawn = async (over: Partial<Chart> = {}, lang: 'en' | 'zh' = 'en') =>
  opened(await renderer.draw(aChart(over), lang));

describe('a picture', { timeout: 120_000 }, () => {
  it('is large, opaque and white, with a line in a colour of its own for each host and one for the limit', async () => {
    const canvas = await drawn();
    expect(canvas.width).toBe(1720);
    expect(canvas.height).toBeGreaterThan(800);
    const colours = coloursOf(canvas);
    expect(colours.get('#ffffff') ?? 0).toBeGreaterThan(canvas.width * canvas.height * 0.8);
    for (const colour of ['#0b6fb8', '#d1660a', '#0a8a6a', '#a3389c', '#c01343'])
      expect(colours.get(colour) ?? 0).toBeGreaterThan(1000);
    expect(colours.get('#7a6a00') ?? 0).toBe(0);
  });

  it('has a gap where nothing was measured', async () => {
    const line = (hole: boolean) => [
      aSeries(
        'a',
        hourly(7, (hour) => (hole && hour > 50 && hour < 120 ? undefined : 50)),
      ),
    ];
    const [whole, broken] = await Promise.all([drawn({ lines: line(false) }), drawn({ lines: line(true) })]);
    const blue = (canvas: Canvas): number => coloursOf(canvas).get('#0b6fb8') ?? 0;
    expect(blue(broken)).toBeLessThan(blue(whole) * 0.75);
    expect(blue(broken)).toBeGreaterThan(blue(whole) * 0.4);
  });

  it('shows Chinese as characters, each its own', async () => {
    const head = async (title: string): Promise<Canvas> => {
      const canvas = await drawn({ title: words(title, title), of: words('', ''), lines: [] }, 'zh');
      const cut = createCanvas(800, 100);
      cut.getContext('2d').drawImage(canvas, 0, 0);
      return cut;
    };
    const pixels = async (title: string) =>
      (await head(title)).getContext('2d').getImageData(0, 0, 800, 100).data;
    // A character that a font lacks is the same box for all of them.
    const [one, other, none] = await Promise.all(['磁磁磁', '盘盘盘', '\ue123\ue123\ue123'].map(pixels));
    expect(Buffer.from(one ?? []).equals(Buffer.from(other ?? []))).toBe(false);
    expect(Buffer.from(one ?? []).equals(Buffer.from(none ?? []))).toBe(false);
  });

  it('has a band for very many, with those unlike the others on top', async () => {
    const lines = Array.from({ length: 30 }, (_, n) =>
      aSeries(
        `h-${n}`,
        hourly(7, () => (n === 3 ? 90 : 30 + (n % 7))),
      ),
    );
    const colours = coloursOf(await drawn({ lines, limits: [] }));
    expect(colours.get('#0b6fb8') ?? 0).toBeGreaterThan(1000);
    expect(
      [...colours]
        .filter(([colour]) => /^#d[a-d]d[d-f]e[1-4]$/.test(colour))
        .reduce((sum, [, count]) => sum + count, 0),
    ).toBeGreaterThan(20_000);
  });

  it('has strips of states', async () => {
    const points = Array.from({ length: 100 }, (_, i) => ({
      at: TO - (100 - i) * 300_000,
      state: i > 40 && i < 60 ? ('critical' as const) : ('ok' as const),
    }));
    const line = { name: 'msgbroker-1', points, latest: { state: 'ok' as const } };
    const from = new Date(TO - 100 * 300_000).toISOString();
    const colours = coloursOf(await drawn({ kind: 'states', lines: [line], limits: [], from }));
    expect(colours.get('#9fd3b6') ?? 0).toBeGreaterThan(10_000);
    expect(colours.get('#d4244c') ?? 0).toBeGreaterThan(3000);
  });

  it('does not hold up the process that asks, however many are drawn', async () => {
    let turns = 0;
    let done = false;
    const turning = (async () => {
      while (!done) {
        turns += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const pictures = await Promise.all(Array.from({ length: 5 }, () => renderer.draw(aChart(), 'en')));
    done = true;
    await turning;
    expect(new Set(pictures.map((png) => Buffer.from(png).toString('base64'))).size).toBe(1);
    expect(turns).toBeGreaterThan(1000);
  });
});

describe('a chart renderer', { timeout: 120_000 }, () => {
  it('starts anew after a picture that took too long', async () => {
    const hasty = openChartRenderer({ limitMs: 1 });
    await expect(hasty.draw(aChart(), 'en')).rejects.toThrow('longer than 1 ms');
    await hasty.close();
    expect((await renderer.draw(aChart(), 'en')).byteLength).toBeGreaterThan(10_000);
  });

  it('ends its process when it has nothing to do, and starts another when it has', async () => {
    const processes = () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length;
    const before = processes();
    const resting = openChartRenderer({ idleMs: 1 });
    const first = await resting.draw(aChart(), 'en');
    await expect.poll(processes, { timeout: 20_000 }).toBe(before);
    expect(Buffer.from(await resting.draw(aChart(), 'en')).equals(Buffer.from(first))).toBe(true);
    await resting.close();
  });

  it('gives up what is under way when it is closed', async () => {
    const closing = openChartRenderer();
    const drawing = closing.draw(aChart(), 'en');
    const closed = closing.close();
    await expect(drawing).rejects.toThrow('closed');
    await closed;
  });
});
