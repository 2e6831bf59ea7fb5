import { post } from './api.js';
import { h, icon } from './dom.js';
import { showMenu } from './popup.js';
import { author, store } from './store.js';

/** An option of the app as an option of a menu. */
export const labelled = (option, group) => ({
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

/** What options of menus that the app fills are called, by `<block>|<action>|<value>`: a form that is painted anew shows them still. */
const labels = new Map();
const labelKey = (item, block, value) => `${block.block_id}|${item.action_id}|${value}`;
const labelOf = (item, block, known, value) =>
  [
    ...known,
    ...[item.initial_option, ...(item.initial_options ?? [])]
      .filter(Boolean)
      .map((option) => labelled(option)),
  ].find((one) => one.value === value)?.label ?? labels.get(labelKey(item, block, value));

/** What is chosen before anyone chooses. */
export const initialOf = (item) =>
  item.initial_option?.value ??
  item.initial_user ??
  item.initial_channel ??
  item.initial_conversation ??
  item.initial_options?.map((one) => one.value) ??
  item.initial_users ??
  item.initial_channels ??
  item.initial_conversations;

/** What a control is called: the label of its field, else what stands in it while it is empty. */
export const nameOf = (item, block) => block.label?.text ?? item.placeholder?.text ?? 'Select an option';

function search(item, block, surface, isChosen) {
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
    return (answer ?? []).map((option) => {
      labels.set(labelKey(item, block, option.value), option.text.text);
      return { ...labelled(option, option.group), selected: isChosen(option.value) };
    });
  };
}

/** A menu to choose one option. */
export function single({ block, item, surface, held }) {
  const known = optionsOf(item);
  let chosen = held.get() ?? initialOf(item);
  const shown = h('span', { class: 'select-text' });
  const paint = () => {
    const label = labelOf(item, block, known, chosen);
    shown.textContent = label ?? item.placeholder?.text ?? 'Select an option';
    shown.classList.toggle('placeholder', label === undefined);
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
          search: search(item, block, surface, (value) => value === chosen),
          choose: (option) => {
            chosen = option.value;
            paint();
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

/** A menu to tick several options. */
export function multiple({ block, item, surface, held }) {
  const known = optionsOf(item);
  const chosen = new Set(held.get() ?? initialOf(item) ?? []);
  const shown = h('span', { class: 'select-text' });
  const paint = () => {
    const labels = [...chosen].map((value) => labelOf(item, block, known, value) ?? author(value).name);
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
          search: search(item, block, surface, (value) => chosen.has(value)),
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
