import { post } from './api.js';
import { blocks } from './blocks.js';
import { h } from './dom.js';
import { store } from './store.js';
import { toast } from './toast.js';

const values = new Map();

/** The Home tab of the bot as it published it for this person. */
export function homeTab(view) {
  if (view === null) {
    return h(
      'div',
      { class: 'home empty' },
      h('p', {}, `${store.workspace.bot.real_name} has not shown anything here yet.`),
    );
  }
  const surface = {
    values,
    spot: {},
    press: async (block, item, given) => {
      const acted = await post('press', {
        as: store.me,
        in: 'home',
        control: item.action_id,
        block_id: block.block_id,
        given,
      });
      if (!acted.ok) toast(acted.problem);
    },
  };
  return h(
    'div',
    { class: 'home', role: 'tabpanel', 'aria-label': 'Home' },
    h('div', { class: 'blocks' }, blocks(view.blocks, surface)),
  );
}
