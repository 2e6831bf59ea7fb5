import releaseLocks from '../playbooks/deps/release-locks.ts';
import { orderNoIn } from '../playbooks/deps/order.ts';
import stuckFlow from '../playbooks/deps/stuck-flow.ts';
import { defineCommand, words } from '../src/kit/index.ts';

export default defineCommand({
  name: 'unstick',
  title: words('Find what holds a release order up, and mend it', '定位发布单卡住或被阻塞的原因并修复'),
  usage: words('<release order | release link>', '<发布单号 | 发布单链接>'),
  examples: ['r1_201905060583197', 'CNHZ_58201812212200583197'],

  read(text) {
    const order = orderNoIn(text);
    if (order !== undefined) return { kind: 'change', playbooks: [stuckFlow, releaseLocks], args: { order } };
    return {
      kind: 'answer',
      says:
        text.trim() === ''
          ? words(
              'Which order? Type its number or paste the release link: /unstick r1_201905060583197',
              '请输入发布单号，或粘贴发布单链接：/unstick r1_201905060583197',
            )
          : words(
              `"${text.trim().slice(0, 80)}" holds no release order number, or more than one. It looks like r1_201905060583197 or CNHZ_58201812212200583197 and stands in the release link.`,
              `“${text.trim().slice(0, 80)}”中没有发布单号，或不止一个。发布单号形如 r1_201905060583197 或 CNHZ_58201812212200583197，可在发布单链接中找到。`,
            ),
    };
  },
});
