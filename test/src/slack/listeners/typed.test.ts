import { describe, expect, it } from 'vitest';
import { afterMention, typed } from '../../../../src/slack/listeners/typed.ts';

describe('what was typed', () => {
  it.each([
    ['mq &lt;now&gt; &amp; here', 'mq <now> & here'],
    ['&amp;lt;', '&lt;'],
    [
      '<https://deps.example/order/r1_201905060583197|the order>',
      'https://deps.example/order/r1_201905060583197',
    ],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['ask <@U0LIN|lin.wei> in <#C0OPS|ops>', 'ask @lin.wei in #C0OPS'],
    ['<@U0LIN> <!channel>', '@U0LIN channel'],
    ['  mq\u00a0\u200b “all” ', 'mq "all"'],
    ['消息队列', '消息队列'],
  ])('%j is %j', (text, meant) => {
    expect(typed(text)).toBe(meant);
  });

  it('is what follows the mention, wherever it stands', () => {
    expect(afterMention('<@U0FETTLE> inspect mq', 'U0FETTLE')).toBe('inspect mq');
    expect(afterMention('<@U0FETTLE|fettle>:  inspect mq', 'U0FETTLE')).toBe('inspect mq');
    expect(afterMention('please <@U0FETTLE>', 'U0FETTLE')).toBe('please');
    expect(afterMention('<@U0FETTLE>,巡检 mq', 'U0FETTLE')).toBe('巡检 mq');
    expect(afterMention('ask <@U0LIN>', 'U0FETTLE')).toBe('ask @U0LIN');
  });
});
