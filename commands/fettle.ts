import { defineCommand, type Intent, words } from '../src/kit/index.ts';

export default defineCommand({
  name: 'fettle',
  title: words('What Fettle can do, and how it stands', 'Fettle 能做什么，以及当前状态'),
  usage: words('help', 'help'),
  examples: ['help'],
  uses: [
    {
      title: words('What is stopped, open and locked now', '当前已停止、未关闭与加锁的项'),
      verb: 'status',
      usage: words('status', 'status'),
      examples: ['status'],
    },
    {
      title: words('Stop everything that Fettle changes, or let it go on', '停止或恢复 Fettle 的一切变更'),
      verb: 'readonly',
      usage: words('readonly on | off reason="…"', 'readonly on | off reason="…"'),
      examples: ['readonly on reason="database maintenance"', 'readonly off reason="maintenance is over"'],
    },
  ],

  read(text) {
    const [word = '', ...rest] = text.normalize('NFKC').trim().split(/\s+/);
    switch (word.toLowerCase()) {
      case '':
      case 'help':
      case '?':
      case '帮助':
        return { kind: 'help', topic: '' };
      case 'status':
      case '状态':
        return rest.length === 0 ? { kind: 'status' } : notUnderstood(text);
      case 'readonly':
      case 'read-only':
      case '只读':
        return readOnly(rest.join(' '));
      default:
        return notUnderstood(text.trim());
    }
  },
});

const notUnderstood = (typed: string): Intent => {
  const word = typed.toLowerCase().slice(0, 80);
  return {
    kind: 'answer',
    says: words(
      `"${word}" is not a word of /fettle. Type: /fettle help`,
      `/fettle 不认识“${word}”。请输入：/fettle help`,
    ),
  };
};

const MOST_REASON = 200;

/** `on` or `off`, and why: a switch without a reason is not turned. */
function readOnly(text: string): Intent {
  const [, state = '', , reason = ''] =
    /^(on|off|开|关|开启|关闭)(\s+(?:reason\s*=|because|原因[=\uff1a:]?)\s*["\u201c]?(.*?)["\u201d]?)?$/iu.exec(
      text.trim(),
    ) ?? [];
  if (state === '' || reason.trim().length < 3 || reason.length > MOST_REASON)
    return {
      kind: 'answer',
      says: words(
        'Say whether, and why: /fettle readonly on reason="database maintenance"',
        '请说明开启或关闭，以及原因：/fettle readonly on reason="数据库维护"',
      ),
    };
  return { kind: 'readonly', on: /^(on|开)/iu.test(state), reason: reason.trim() };
}
