import { h } from './dom.js';
import { textObject } from './mrkdwn.js';
import { initialOf, nameOf } from './selects.js';
import { speak } from './speak.js';

/** Radio buttons or checkboxes. */
export function choices({ block, item, held }) {
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

/** A date or a time. */
export const picker = ({ block, item, held }, type, initial) =>
  h('input', {
    type,
    class: 'field short',
    'aria-label': nameOf(item, block),
    value: held.get() ?? initial ?? '',
    dataset: { action: item.action_id },
    onchange: (event) => held.set(event.target.value || null),
  });

/** A moment, in seconds since 1970. */
export function dateTime({ block, item, held }) {
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

/** A field to write in. */
export function textInput({ block, item, held, surface }) {
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
