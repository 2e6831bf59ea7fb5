import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { ask, threadOnce, toldAlone } from './acting.ts';
import { onPractice } from './on-practice.ts';

const on = onPractice('e2e-history');

const PATIENCE = { timeoutMs: 60_000 };

const Message = z.looseObject({
  files: z.tuple([
    z.looseObject({ id: z.string(), name: z.string(), mimetype: z.string(), alt_txt: z.string().optional() }),
  ]),
  thread_ts: z.string().optional(),
  blocks: z.unknown(),
});

/** Types a command and answers the message that brings a picture. */
async function picture(text: string, threadTs?: string) {
  const after = await on.client.now();
  await on.client.type('U0LIN', 'C0OPS', text, threadTs);
  const { change } = await on.client.waitFor(
    (each) => each.type === 'message' && Message.safeParse(each.message).success,
    { after, ...PATIENCE },
  );
  if (change.type !== 'message') throw new Error('a picture is a message');
  const { files, thread_ts, blocks } = Message.parse(change.message);
  const [file] = files;
  const response = await fetch(new URL(`/control/file?id=${file.id}`, on.practice.workspace.url));
  const png = Buffer.from(await response.arrayBuffer());
  return { file, png, threadTs: thread_ts, says: JSON.stringify(blocks) };
}

describe('what was measured', { timeout: 120_000 }, () => {
  it('is said not to be there before anything was', async () => {
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0OPS', '/history mq load');
    const told = await toldAlone(on.client, 'U0LIN', after);
    expect(told).toContain('Nothing was measured of this');
    expect(told).toContain('/inspect mq');
  });

  it('comes as a picture with a table after two inspections', async () => {
    for (const _ of [1, 2]) {
      const asked = await ask(on.practice, '/inspect mq');
      await threadOnce(on.client, asked, /nothing to report|problem/);
    }
    const { file, png, says } = await picture('/history mq load');
    expect(file).toMatchObject({ name: 'history.png', mimetype: 'image/png' });
    expect(file?.alt_txt).toContain('msgbroker-1');
    const image = await loadImage(png);
    expect(image.width).toBe(1720);
    const canvas = createCanvas(image.width, image.height);
    canvas.getContext('2d').drawImage(image, 0, 0);
    expect([...canvas.getContext('2d').getImageData(2, 2, 1, 1).data]).toEqual([255, 255, 255, 255]);
    for (const words of [
      'Message queue: Load, 5 minutes',
      '002 §4.5.1.1 · MQ-C01 · M17',
      'latest',
      'msgbroker-1',
      'Lin Wei',
      '/history mq load',
    ])
      expect(says).toContain(words);
  });

  it('comes into the thread where a mention asked for it, in Chinese for Chinese', async () => {
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0OPS', 'Disks again');
    const { ts } = await on.client.waitForMessage({ channel: 'C0OPS', says: /Disks again/ }, { after });
    const { says, threadTs } = await picture('@Fettle history 消息队列 磁盘 24h', ts);
    expect(threadTs).toBe(ts);
    expect(says).toContain('消息队列：磁盘（%）');
    expect(says).toContain('最新');
  });

  it('shows states of what has no numbers', async () => {
    const { says } = await picture('/history msgconsole health');
    expect(says).toContain('0 of 2');
  });

  it('says which measures there are, and what is near', async () => {
    for (const [typed, says] of [
      ['/history mq', '/history mq Disk'],
      ['/history mq dsk', '/history mq Disk'],
      ['/history', 'Say of what'],
    ] as const) {
      const after = await on.client.now();
      await on.client.type('U0CHEN', 'C0OPS', typed);
      expect(await toldAlone(on.client, 'U0CHEN', after)).toContain(says);
    }
  });

  it('is reckoned forward: a disk that fills up is full in some days', async () => {
    await on.practice.estate.break('disk-full');
    const full = async () => threadOnce(on.client, await ask(on.practice, '/inspect mq'), /problem/);
    expect(await full()).not.toContain('Growing');
    // As if it had filled up by one per cent a day.
    await on.keep.change(
      `insert into fettle.measured_hour (subject, hour_at, at, level, low, high, newest, unit)
       with recursive ago (h) as (select 1 union all select h + 1 from ago where h < 160)
       select f.subject, hour_at - interval h hour, at - interval h hour, 3,
              newest - h / 24, newest - h / 24, newest - h / 24, '%'
       from fettle.measured_hour f join fettle.subject s on s.id = f.subject join ago
       where s.check_id like '%-disk' and f.newest > 90 and f.hour_at > now() - interval 2 hour
       on duplicate key update level = values(level)`,
    );
    const text = await full();
    expect(text).toContain('*Growing*');
    expect(text).toMatch(/Disk.*: full in about [23] days, the limit of 80 % \(MQ-M\d+\) is reached \[002 §/);
    await on.practice.estate.mend('disk-full');
  });
});
