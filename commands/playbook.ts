import { defineCommand, playbooksAbout, unknownPlaybook, words } from '../src/kit/index.ts';

export default defineCommand({
  name: 'playbook',
  title: words('List the playbooks of the manuals, or explain one', '列出手册中的预案，或说明其中一个'),
  usage: words('[words]', '[关键词]'),
  examples: ['release', 'stuck-flow', '发布单'],

  read(text, { catalog }) {
    const found = playbooksAbout(text, catalog);
    return found.length > 0 || catalog.playbooks.size === 0
      ? { kind: 'playbooks', names: found.map(({ name }) => name) }
      : { kind: 'answer', says: unknownPlaybook(text.trim(), catalog) };
  },
});
