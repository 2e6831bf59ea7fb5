import { h } from './dom.js';
import { element } from './elements.js';
import { markdown } from './markdown.js';
import { plainText, textObject } from './mrkdwn.js';
import { richText } from './rich-text.js';

/** Blocks as nodes. `surface` as in elements.js; `errors` are by block_id. */
export const blocks = (list, surface, errors = {}) => list.map((block) => one(block, surface, errors));

function one(block, surface, errors) {
  const make = MAKERS[block.type] ?? unknown;
  const node = make(block, surface, errors);
  node.classList.add('block', `block-${block.type.replaceAll('_', '-')}`);
  node.dataset.block = block.block_id ?? '';
  return node;
}

const MAKERS = {
  header: (block) => h('h3', {}, plainText(block.text.text)),
  divider: () => h('hr'),
  section,
  context: (block) =>
    h(
      'div',
      {},
      block.elements.map((item) =>
        item.type === 'image'
          ? h('img', { src: item.image_url, alt: item.alt_text })
          : h('span', {}, textObject(item)),
      ),
    ),
  actions: (block, surface) =>
    h(
      'div',
      {},
      block.elements.map((item) => element(block, item, surface)),
    ),
  input,
  image: (block) =>
    h(
      'figure',
      {},
      block.title === undefined ? undefined : h('figcaption', {}, plainText(block.title.text)),
      h('img', { src: block.image_url, alt: block.alt_text, loading: 'lazy' }),
    ),
  rich_text: (block) => h('div', {}, richText(block)),
  markdown: (block) => h('div', {}, markdown(block.text)),
  table,
  file: (block) => h('div', {}, `File ${block.external_id}`),
};

const unknown = (block) =>
  h('div', { class: 'unsupported' }, `This workspace cannot show ${block.type} blocks.`);

function section(block, surface) {
  const words = h(
    'div',
    { class: 'section-words' },
    block.text === undefined ? undefined : h('div', { class: 'section-text' }, textObject(block.text)),
    block.fields === undefined
      ? undefined
      : h(
          'div',
          { class: 'section-fields' },
          block.fields.map((field) => h('div', { class: 'section-field' }, textObject(field))),
        ),
  );
  const accessory =
    block.accessory === undefined
      ? undefined
      : h('div', { class: 'section-accessory' }, element(block, block.accessory, surface));
  return h('div', {}, words, accessory);
}

function input(block, surface, errors) {
  const error = errors[block.block_id];
  const field = element(block, block.element, surface, true);
  if (error !== undefined) field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', `note-${block.block_id}`);
  const grouped = ['checkboxes', 'radio_buttons'].includes(block.element.type);
  return h(
    'div',
    { class: error === undefined ? undefined : 'invalid' },
    h(
      grouped ? 'div' : 'label',
      { class: 'input-label', for: grouped ? undefined : `field-${block.block_id}` },
      plainText(block.label.text),
      block.optional === true ? h('span', { class: 'optional' }, ' (optional)') : undefined,
    ),
    field,
    h(
      'div',
      { class: 'input-notes', id: `note-${block.block_id}` },
      error === undefined ? undefined : h('div', { class: 'input-error', role: 'alert' }, error),
      block.hint === undefined ? undefined : h('div', { class: 'input-hint' }, plainText(block.hint.text)),
    ),
  );
}

function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (item, at, tag) =>
    h(
      tag,
      {
        class: `align-${settings[at]?.align ?? 'left'}${settings[at]?.is_wrapped === true ? ' wrapped' : ''}`,
      },
      item.type === 'rich_text'
        ? richText(item)
        : item.type === 'raw_number'
          ? (item.text ?? String(item.value))
          : item.text,
    );
  const [head, ...body] = block.rows;
  return h(
    'div',
    { class: 'table-frame' },
    h(
      'table',
      { class: 'data-table' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map((item, at) => cell(item, at, 'th')),
        ),
      ),
      h(
        'tbody',
        {},
        body.map((row) =>
          h(
            'tr',
            {},
            row.map((item, at) => cell(item, at, 'td')),
          ),
        ),
      ),
    ),
  );
}
