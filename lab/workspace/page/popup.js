import { h, icon } from './dom.js';

let open;

/** Closes the menu that is open, if there is one. */
export function closePopup() {
  open?.();
}

/**
 * Shows a box under an element, inside the dialog it is in. It closes on Escape, on a click outside and when the
 * page scrolls.
 */
export function showPopup(anchor, box, onclose = () => {}) {
  closePopup();
  const home = anchor.closest('dialog') ?? document.body;
  home.append(box);
  place(anchor, box);
  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const escape = (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    close();
    anchor.focus();
  };
  const moved = (event) => {
    if (!box.contains(event.target)) close();
  };
  const close = () => {
    open = undefined;
    box.remove();
    document.removeEventListener('pointerdown', outside, true);
    document.removeEventListener('keydown', escape, true);
    document.removeEventListener('scroll', moved, true);
    onclose();
  };
  document.addEventListener('pointerdown', outside, true);
  document.addEventListener('keydown', escape, true);
  document.addEventListener('scroll', moved, true);
  open = close;
}

function place(anchor, box) {
  const at = anchor.getBoundingClientRect();
  const below = window.innerHeight - at.bottom;
  const height = box.offsetHeight;
  const width = Math.max(box.offsetWidth, at.width);
  box.style.minWidth = `${Math.min(at.width, 360)}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
  if (below > height + 12 || below > at.top) box.style.top = `${at.bottom + 4}px`;
  else box.style.bottom = `${window.innerHeight - at.top + 4}px`;
}

/**
 * A menu of options with arrow keys. `options` are `{ label, value, description?, group?, selected?, href? }`;
 * `search` looks for more while the person types; `multiple` keeps the menu open and ticks.
 */
export function showMenu(anchor, { options, choose, search, multiple = false, label }) {
  const list = h('div', {
    role: 'listbox',
    class: 'menu-list',
    'aria-label': label,
    'aria-multiselectable': multiple ? 'true' : undefined,
  });
  const withField = search !== undefined || options.length > 7;
  const field = h('input', {
    type: 'text',
    class: 'menu-search',
    placeholder: 'Search',
    'aria-label': `Search ${label}`,
  });
  const box = h('div', { class: 'popup menu', tabindex: -1 }, withField ? field : undefined, list);
  let shown = options;
  let active = Math.max(
    0,
    options.findIndex((option) => option.selected),
  );

  const pick = (option) => {
    if (multiple) option.selected = !option.selected;
    else closePopup();
    choose(option);
    if (multiple) paint();
    else anchor.focus();
  };
  const paint = () => {
    let group;
    list.replaceChildren(
      ...shown.flatMap((option, at) => {
        const row = optionRow(option, at === active, () => pick(option));
        row.addEventListener('pointermove', () => activate(at));
        if (option.group === group) return [row];
        group = option.group;
        return [h('div', { class: 'menu-group' }, group ?? ''), row];
      }),
    );
    if (shown.length === 0) list.append(h('div', { class: 'menu-empty' }, 'No results'));
    activate(active);
  };
  const activate = (at) => {
    active = at;
    const rows = list.querySelectorAll('[role=option]');
    rows.forEach((row, no) => row.classList.toggle('active', no === at));
    rows[at]?.scrollIntoView({ block: 'nearest' });
  };
  box.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      activate((active + step + shown.length) % Math.max(1, shown.length));
    } else if (event.key === 'Enter' || (event.key === ' ' && !withField)) {
      event.preventDefault();
      if (shown[active] !== undefined) pick(shown[active]);
    } else if (event.key === 'Tab') closePopup();
  });
  let turn = 0;
  field.addEventListener('input', async () => {
    const words = field.value.toLowerCase();
    const mine = ++turn;
    const found =
      search === undefined
        ? options.filter((option) => option.label.toLowerCase().includes(words))
        : await search(field.value);
    if (mine !== turn) return;
    shown = found;
    active = 0;
    paint();
  });
  anchor.setAttribute('aria-expanded', 'true');
  showPopup(anchor, box, () => anchor.setAttribute('aria-expanded', 'false'));
  paint();
  (withField ? field : box).focus({ preventScroll: true });
  if (search !== undefined) field.dispatchEvent(new Event('input'));
}

const optionRow = (option, active, onclick) =>
  h(
    'div',
    {
      role: 'option',
      class: active ? 'menu-option active' : 'menu-option',
      'aria-selected': option.selected ? 'true' : 'false',
      onclick,
    },
    h(
      'span',
      { class: 'menu-words' },
      h('span', {}, option.label),
      option.description === undefined ? undefined : h('small', {}, option.description),
    ),
    option.selected ? icon('check', 16) : undefined,
  );
