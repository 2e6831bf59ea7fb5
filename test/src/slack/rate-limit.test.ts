import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../../src/slack/rate-limit.ts';

describe('the rate limit', () => {
  it('lets a burst through, then one message a second in each channel', () => {
    let now = 0;
    const rateLimit = createRateLimit(() => now);
    for (let n = 0; n < 5; n += 1) expect(rateLimit.take('chat.postMessage', 'C1')).toBe(0);
    expect(rateLimit.take('chat.postMessage', 'C1')).toBe(1000);
    expect(rateLimit.take('chat.postMessage', 'C2')).toBe(0);
    now = 1000;
    expect(rateLimit.take('chat.postMessage', 'C1')).toBe(0);
    expect(rateLimit.take('chat.postMessage', 'C1')).toBe(1000);
  });

  it('keeps updates of all channels together under fifty a minute after a burst', () => {
    let now = 0;
    const rateLimit = createRateLimit(() => now);
    let sent = 0;
    for (; now < 600_000; now += 100) if (rateLimit.take('chat.update', `C${now % 7}`) === 0) sent += 1;
    expect(sent).toBeGreaterThan(500);
    expect(sent).toBeLessThanOrEqual(520);
  });

  it('has many who wait come one after another, so that hardly anybody comes in vain', () => {
    let now = 0;
    const limit = createRateLimit(() => now);
    const due = new Map(Array.from({ length: 120 }, (_, n) => [n, 0]));
    let asked = 0;
    for (; due.size > 0; now += 50)
      for (const [who, at] of due) {
        if (at > now) continue;
        asked += 1;
        const wait = limit.take('chat.update', 'C1');
        if (wait === 0) due.delete(who);
        else due.set(who, now + wait);
      }
    expect(now).toBeLessThan(125_000);
    expect(asked).toBeLessThan(120 * 8);
  });

  it('holds one method in one channel for as long as Slack says, and no other', () => {
    let now = 0;
    const rateLimit = createRateLimit(() => now);
    rateLimit.hold('chat.postMessage', 'C1', 7);
    rateLimit.hold('chat.postMessage', 'C1', 2);
    expect(rateLimit.take('chat.postMessage', 'C1')).toBe(7000);
    expect(rateLimit.take('chat.update', 'C1')).toBe(0);
    expect(rateLimit.take('chat.postMessage', 'C2')).toBe(0);
    now = 7000;
    expect(rateLimit.take('chat.postMessage', 'C1')).toBe(0);
  });
});
