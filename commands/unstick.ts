import { defineCommand, noOrder, orderNoIn, words } from '../src/kit/index.ts';

export default defineCommand({
  name: 'unstick',
  title: words('Find out why a release order is stuck, and fix it', '定位发布单卡住或被阻塞的原因并修复'),
  usage: words('<release order | release link>', '<发布单号 | 发布单链接>'),
  makes: 'plan',
  examples: ['r1_201905060583197', 'CNHZ_58201812212200583197'],

  read(text) {
    const order = orderNoIn(text);
    if (order !== undefined)
      return { kind: 'change', playbooks: ['stuck-flow', 'release-locks'], args: { order } };
    return {
      kind: 'answer',
      says:
        text.trim() === ''
          ? words(
              'Which order? Type its number or paste the release link: /unstick r1_201905060583197',
              '请输入发布单号，或粘贴发布单链接：/unstick r1_201905060583197',
            )
          : noOrder(text),
    };
  },
});
