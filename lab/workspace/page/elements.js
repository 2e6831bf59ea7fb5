import { h, icon } from './dom.js';
import { choices, dateTime, picker, textInput } from './fields.js';
import { plainText } from './mrkdwn.js';
import { showMenu } from './popup.js';
import { labelled, multiple, single } from './selects.js';
import { speak } from './speak.js';

/**
 * A control of a block. `surface` says where it stands: `press(block, element, given)` tells the app and answers
 * whether it heard; `values` holds what is in the fields; `input` is true inside an input block, which tells the
 * app nothing until the form is sent.
 */
export function element(block, item, surface, input = false) {
  const held = {
    get: () => surface.values.get(block.block_id),
    // Fields of a form only remember; controls in a message speak at once.
    set: (given) => {
      surface.values.set(block.block_id, given);
      if (!input || block.dispatch_action === true) void speak(block, item, surface, given);
    },
    remember: (given) => surface.values.set(block.block_id, given),
  };
  const make = MAKERS[item.type] ?? unknown;
  return make({ block, item, surface, held, input });
}

const MAKERS = {
  image: ({ item }) => h('img', { class: 'accessory-image', src: item.image_url, alt: item.alt_text }),
  button,
  overflow,
  static_select: single,
  external_select: single,
  users_select: single,
  channels_select: single,
  conversations_select: single,
  multi_static_select: multiple,
  multi_external_select: multiple,
  multi_users_select: multiple,
  multi_channels_select: multiple,
  multi_conversations_select: multiple,
  radio_buttons: choices,
  checkboxes: choices,
  datepicker: (given) => picker(given, 'date', given.item.initial_date),
  timepicker: (given) => picker(given, 'time', given.item.initial_time),
  datetimepicker: dateTime,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
};

const unknown = ({ item }) => h('span', { class: 'unsupported' }, `This workspace cannot show ${item.type}.`);

function button({ block, item, surface }) {
  const style = item.style === undefined ? 'button' : `button ${item.style}`;
  const node = h(
    'button',
    {
      type: 'button',
      class: style,
      'aria-label': item.accessibility_label,
      dataset: { action: item.action_id },
      onclick: () => {
        if (item.url !== undefined) window.open(item.url, '_blank', 'noreferrer');
        void speak(block, item, surface, null, node);
      },
    },
    plainText(item.text.text),
  );
  return node;
}

function overflow({ block, item, surface }) {
  const node = h(
    'button',
    {
      type: 'button',
      class: 'button icon-button',
      'aria-label': 'More options',
      'aria-haspopup': 'listbox',
      dataset: { action: item.action_id },
      onclick: () =>
        showMenu(node, {
          label: 'More options',
          options: item.options.map((option) => ({ ...labelled(option), url: option.url })),
          choose: (option) => {
            if (option.url !== undefined) window.open(option.url, '_blank', 'noreferrer');
            void speak(block, item, surface, option.value, node);
          },
        }),
    },
    icon('more'),
  );
  return node;
}
