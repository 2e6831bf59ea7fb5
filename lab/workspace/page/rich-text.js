import { formatDate } from './dates.js';
import { h } from './dom.js';
import { emoji } from './emoji.js';
import { channelLink, groupMention, link, mention } from './mrkdwn.js';

/** A rich_text block or cell. */
export const richText = (block) => block.elements.map(part);

function part(element) {
  switch (element.type) {
    case 'rich_text_list':
      return h(
        element.style === 'ordered' ? 'ol' : 'ul',
        {
          style: `--indent:${element.indent ?? 0}`,
          start: element.offset === undefined ? undefined : element.offset + 1,
        },
        element.elements.map((item) => h('li', {}, leaves(item))),
      );
    case 'rich_text_quote':
      return h('blockquote', {}, leaves(element));
    case 'rich_text_preformatted':
      return h('pre', { class: 'code-block' }, leaves(element));
    default:
      return h('div', { class: 'rich-section' }, leaves(element));
  }
}

const leaves = (section) => section.elements.map((leaf) => styled(leaf.style ?? {}, content(leaf)));

function content(leaf) {
  switch (leaf.type) {
    case 'text':
      return leaf.text.split('\n').flatMap((line, at) => (at > 0 ? [h('br'), line] : [line]));
    case 'link':
      return link(leaf.url, leaf.text ?? leaf.url);
    case 'user':
      return mention(leaf.user_id);
    case 'usergroup':
      return groupMention(leaf.usergroup_id);
    case 'channel':
      return channelLink(leaf.channel_id);
    case 'emoji':
      return emoji(leaf.name) ?? `:${leaf.name}:`;
    case 'broadcast':
      return h('span', { class: 'mention broadcast' }, `@${leaf.range}`);
    case 'date':
      return h('time', {}, formatDate(leaf.timestamp, leaf.format ?? leaf.fallback ?? ''));
    case 'color':
      return h('span', { class: 'colour' }, leaf.value);
    default:
      return leaf.fallback ?? '';
  }
}

function styled(style, nodes) {
  let node = nodes;
  if (style.code) node = h('code', {}, node);
  if (style.bold) node = h('strong', {}, node);
  if (style.italic) node = h('em', {}, node);
  if (style.strike) node = h('s', {}, node);
  return node;
}
