import { post } from './api.js';
import { h, icon } from './dom.js';
import { avatar } from './message.js';
import { author, store } from './store.js';
import { toast } from './toast.js';

/**
 * The box to write in. Completes commands after `/` and people after `@`; Enter sends, Shift+Enter breaks the line.
 * `place` is `{ channel, threadTs? }`; what is half written stays when the person looks elsewhere.
 */
export function composer(place, placeholder) {
  const draft = `${store.me}|${place.channel}|${place.threadTs ?? ''}`;
  const id = place.threadTs === undefined ? 'composer' : 'thread-composer';
  const field = h('textarea', {
    id,
    rows: 1,
    placeholder,
    'aria-label': placeholder,
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': `${id}-list`,
    value: store.drafts.get(draft) ?? '',
  });
  const send = h(
    'button',
    { type: 'button', class: 'send', 'aria-label': 'Send now', title: 'Send now', disabled: true },
    icon('send', 18),
  );
  const list = h('div', {
    class: 'completions',
    id: `${id}-list`,
    role: 'listbox',
    'aria-label': 'Suggestions',
    hidden: true,
  });
  const hint = h('div', { class: 'command-hint', 'aria-live': 'polite' });
  let offers = [];
  let active = 0;

  const grow = () => {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 240)}px`;
    send.disabled = field.value.trim() === '';
    store.drafts.set(draft, field.value);
  };
  const offer = () => {
    offers = offersFor(field, place);
    active = 0;
    paint();
    showHint(hint, field.value);
  };
  const paint = () => {
    list.hidden = offers.length === 0;
    field.setAttribute('aria-expanded', String(offers.length > 0));
    list.replaceChildren(
      ...(offers.length > 0
        ? [h('div', { class: 'completions-head', role: 'presentation' }, offers[0].head)]
        : []),
      ...offers.map((one, at) =>
        h(
          'div',
          {
            role: 'option',
            id: `${id}-option-${at}`,
            class: at === active ? 'completion active' : 'completion',
            'aria-selected': String(at === active),
            onpointerdown: (event) => {
              event.preventDefault();
              accept(at);
            },
          },
          one.row,
        ),
      ),
    );
    if (offers.length > 0) field.setAttribute('aria-activedescendant', `${id}-option-${active}`);
    else field.removeAttribute('aria-activedescendant');
    list.children[active + 1]?.scrollIntoView({ block: 'nearest' });
  };
  const accept = (at) => {
    const { from, insert } = offers[at];
    const end = field.selectionStart;
    field.setRangeText(insert, from, end, 'end');
    grow();
    offers = [];
    paint();
    showHint(hint, field.value);
    field.focus();
  };
  const submit = async () => {
    const text = field.value;
    if (text.trim() === '') return;
    field.value = '';
    grow();
    offer();
    const acted = await post('type', {
      as: store.me,
      channel: place.channel,
      text,
      thread_ts: place.threadTs,
    });
    // A problem of a command is shown as a private line; anything else is said here.
    if (!acted.ok && !text.startsWith('/')) toast(acted.problem);
  };
  field.addEventListener('input', () => {
    grow();
    offer();
  });
  field.addEventListener('blur', () => {
    offers = [];
    paint();
  });
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (offers.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        active = (active + step + offers.length) % offers.length;
        return paint();
      }
      const typed = field.value.slice(offers[active].from, field.selectionStart);
      const whole = offers[active].insert.trim() === typed;
      if (event.key === 'Tab' || (event.key === 'Enter' && !whole)) {
        event.preventDefault();
        return accept(active);
      }
      if (event.key === 'Escape') {
        event.stopPropagation();
        offers = [];
        return paint();
      }
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    }
  });
  send.addEventListener('click', () => void submit());
  requestAnimationFrame(grow);
  const node = h(
    'div',
    { class: 'composer-frame' },
    list,
    h('div', { class: 'composer' }, field, h('div', { class: 'composer-bar' }, hint, send)),
  );
  return { node, focus: () => field.focus() };
}

function offersFor(field, place) {
  const before = field.value.slice(0, field.selectionStart);
  const slash = /^\/(\S*)$/.exec(before);
  if (slash !== null) return commandOffers(slash[1]);
  const at = /(?:^|[\s(（])@([^@\n]{0,30})$/.exec(before);
  return at === null ? [] : peopleOffers(at[1], before.length - at[1].length - 1, place);
}

function commandOffers(typed) {
  const { commands, bot } = store.workspace;
  return commands
    .filter(({ command }) => command.slice(1).startsWith(typed))
    .map(({ command, usage_hint, description }) => ({
      head: `${bot.real_name} commands`,
      from: 0,
      insert: `${command} `,
      row: [
        avatar(author(bot.id)),
        h(
          'span',
          { class: 'completion-words' },
          h(
            'span',
            {},
            h('strong', {}, command),
            usage_hint ? h('span', { class: 'usage' }, ` ${usage_hint}`) : undefined,
          ),
          h('small', {}, description),
        ),
      ],
    }));
}

function peopleOffers(typed, from, place) {
  const { people, bot, channels } = store.workspace;
  const members = channels.find((one) => one.id === place.channel)?.members ?? [];
  const words = typed.toLowerCase();
  const all = [
    { id: bot.id, name: bot.name, real_name: bot.real_name, title: 'App' },
    ...people.map((one) => ({ ...one, title: one.profile.title })),
  ];
  return all
    .filter(
      ({ name, real_name }) =>
        name.startsWith(words) ||
        real_name
          .toLowerCase()
          .split(' ')
          .some((part) => part.startsWith(words)) ||
        real_name.toLowerCase().startsWith(words),
    )
    .slice(0, 8)
    .map((one) => ({
      head: 'People and apps',
      from,
      insert: `@${one.real_name} `,
      row: [
        avatar(author(one.id)),
        h(
          'span',
          { class: 'completion-words' },
          h('span', {}, h('strong', {}, one.real_name), h('span', { class: 'usage' }, ` ${one.name}`)),
          h('small', {}, members.includes(one.id) ? one.title : `${one.title} · not in this channel`),
        ),
      ],
    }));
}

/** While a known command is being written, how it goes on. */
function showHint(hint, text) {
  const command = /^(\/\S+)\s/.exec(text);
  const known = store.workspace.commands.find((one) => one.command === command?.[1]);
  hint.replaceChildren(
    ...(known === undefined
      ? []
      : [
          h('strong', {}, known.command),
          h('span', {}, ` ${known.usage_hint ?? ''}`),
          h('span', { class: 'hint-description' }, known.description),
        ]),
  );
}
