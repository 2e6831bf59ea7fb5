import { defineCommand, words } from '../src/kit/index.ts';

export default defineCommand({
  name: 'fettle',
  title: words('What Fettle can do, and how to say it', 'Fettle 能做什么，如何输入'),
  usage: words('help', 'help'),
  examples: ['help'],

  read(text) {
    const word = text.trim().toLowerCase();
    if (['', 'help', '?', '帮助'].includes(word)) return { kind: 'help', topic: '' };
    return {
      kind: 'answer',
      says: words(
        `"${word.slice(0, 80)}" is not a word of /fettle. Type: /fettle help`,
        `/fettle 不认识“${word.slice(0, 80)}”。请输入：/fettle help`,
      ),
    };
  },
});
