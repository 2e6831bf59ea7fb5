import { post } from './api.js';
import { confirmDialog } from './confirm.js';
import { h, icon } from './dom.js';
import { plainText, textObject } from './mrkdwn.js';
import { showMenu } from './popup.js';
import { author, store } from './store.js';

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

/** Asks for confirmation when the control wants it, then tells the app. */
async function speak(block, item, surface, given, node) {
  if (item.confirm !== undefined && !(await confirmDialog(item.confirm))) return;
  node?.setAttribute('aria-busy', 'true');
  await surface.press(block, item, given);
  node?.removeAttribute('aria-busy');
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

const labelled = (option, group) => ({
  label: option.text.text,
  value: option.value,
  description: option.description?.text,
  group,
});

/** The options of a select, whoever provides them. */
function optionsOf(item) {
  const kind = item.type.replace('multi_', '');
  if (kind === 'users_select')
    return store.workspace.people.map((one) => ({ label: one.real_name, value: one.id }));
  if (kind === 'channels_select' || kind === 'conversations_select') {
    return store.workspace.channels
      .filter((one) => one.kind !== 'im')
      .map((one) => ({ label: `#${one.name}`, value: one.id }));
  }
  return [
    ...(item.options ?? []).map((option) => labelled(option)),
    ...(item.option_groups ?? []).flatMap((group) =>
      group.options.map((option) => labelled(option, group.label.text)),
    ),
  ];
}

const initialOf = (item) =>
  item.initial_option?.value ??
  item.initial_user ??
  item.initial_channel ??
  item.initial_conversation ??
  item.initial_options?.map((one) => one.value) ??
  item.initial_users ??
  item.initial_channels ??
  item.initial_conversations;

const nameOf = (item, block) => block.label?.text ?? item.placeholder?.text ?? 'Select an option';

function search(item, block, surface) {
  if (!item.type.endsWith('external_select')) return undefined;
  return async (text) => {
    if (text.length < (item.min_query_length ?? 3)) return [];
    const { answer } = await post('suggest', {
      as: store.me,
      action_id: item.action_id,
      block_id: block.block_id,
      text,
      ...surface.spot,
    });
    return (answer ?? []).map((option) => labelled(option));
  };
}

function single({ block, item, surface, held }) {
  const known = optionsOf(item);
  let chosen = held.get() ?? initialOf(item);
  const shown = h('span', { class: 'select-text' });
  const paint = (option) => {
    const found = option ?? known.find((one) => one.value === chosen);
    shown.textContent = found?.label ?? item.placeholder?.text ?? 'Select an option';
    shown.classList.toggle('placeholder', found === undefined);
  };
  const node = h(
    'button',
    {
      type: 'button',
      class: 'select',
      role: 'combobox',
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
      'aria-label': nameOf(item, block),
      dataset: { action: item.action_id },
      onclick: () =>
        showMenu(node, {
          label: nameOf(item, block),
          options: known.map((option) => ({ ...option, selected: option.value === chosen })),
          search: search(item, block, surface),
          choose: (option) => {
            chosen = option.value;
            paint(option);
            held.set(option.value);
          },
        }),
    },
    shown,
    icon('chevron', 16),
  );
  paint();
  return node;
}

function multiple({ block, item, surface, held }) {
  const known = optionsOf(item);
  const chosen = new Set(held.get() ?? initialOf(item) ?? []);
  const shown = h('span', { class: 'select-text' });
  const paint = () => {
    const labels = [...chosen].map(
      (value) => known.find((one) => one.value === value)?.label ?? author(value).name,
    );
    shown.replaceChildren(
      ...(labels.length > 0
        ? labels.map((label) => h('span', { class: 'chip' }, label))
        : [item.placeholder?.text ?? 'Select options']),
    );
    shown.classList.toggle('placeholder', labels.length === 0);
  };
  const node = h(
    'button',
    {
      type: 'button',
      class: 'select wide',
      role: 'combobox',
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
      'aria-label': nameOf(item, block),
      dataset: { action: item.action_id },
      onclick: () =>
        showMenu(node, {
          label: nameOf(item, block),
          multiple: true,
          options: known.map((option) => ({ ...option, selected: chosen.has(option.value) })),
          search: search(item, block, surface),
          choose: (option) => {
            if (option.selected) chosen.add(option.value);
            else chosen.delete(option.value);
            paint();
            held.set([...chosen]);
          },
        }),
    },
    shown,
    icon('chevron', 16),
  );
  paint();
  return node;
}

function choices({ block, item, held }) {
  const radio = item.type === 'radio_buttons';
  const before = held.get() ?? initialOf(item) ?? [];
  const chosen = new Set(typeof before === 'string' ? [before] : before);
  const name = `${block.block_id}-${item.action_id}`;
  return h(
    'div',
    {
      class: 'choices',
      role: radio ? 'radiogroup' : 'group',
      'aria-label': nameOf(item, block),
      dataset: { action: item.action_id },
    },
    item.options.map((option) =>
      h(
        'label',
        { class: 'choice' },
        h('input', {
          type: radio ? 'radio' : 'checkbox',
          name,
          value: option.value,
          checked: chosen.has(option.value),
          onchange: (event) => {
            if (radio) chosen.clear();
            if (event.target.checked) chosen.add(option.value);
            else chosen.delete(option.value);
            held.set(radio ? option.value : [...chosen]);
          },
        }),
        h(
          'span',
          {},
          textObject(option.text),
          option.description === undefined ? undefined : h('small', {}, textObject(option.description)),
        ),
      ),
    ),
  );
}

const picker = ({ block, item, held }, type, initial) =>
  h('input', {
    type,
    class: 'field short',
    'aria-label': nameOf(item, block),
    value: held.get() ?? initial ?? '',
    dataset: { action: item.action_id },
    onchange: (event) => held.set(event.target.value || null),
  });

function dateTime({ block, item, held }) {
  const pad = (number) => String(number).padStart(2, '0');
  const local = (seconds) => {
    const day = new Date(Number(seconds) * 1000);
    return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}T${pad(day.getHours())}:${pad(day.getMinutes())}`;
  };
  const now = held.get() ?? item.initial_date_time;
  return h('input', {
    type: 'datetime-local',
    class: 'field short',
    'aria-label': nameOf(item, block),
    value: now === undefined || now === null ? '' : local(now),
    dataset: { action: item.action_id },
    onchange: ({ target }) =>
      held.set(target.value === '' ? null : String(Math.floor(new Date(target.value).getTime() / 1000))),
  });
}

function textInput({ block, item, held, surface }) {
  const attributes = {
    class: 'field',
    id: `field-${block.block_id}`,
    placeholder: item.placeholder?.text,
    maxlength: item.max_length,
    value: held.get() ?? item.initial_value ?? '',
    autofocus: item.focus_on_load === true,
    dataset: { action: item.action_id },
    oninput: (event) => held.remember(event.target.value),
    onkeydown: (event) => {
      if (event.key === 'Enter' && block.dispatch_action === true && item.multiline !== true) {
        event.preventDefault();
        void speak(block, item, surface, event.target.value);
      }
    },
  };
  if (item.multiline === true) return h('textarea', { ...attributes, rows: 4 });
  const mode = { number_input: 'decimal', email_text_input: 'email', url_text_input: 'url' }[item.type];
  return h('input', { type: 'text', inputmode: mode, autocomplete: 'off', ...attributes });
}
