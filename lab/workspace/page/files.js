import { h, icon } from './dom.js';

/** A file under a message: a picture, the text of a snippet, or a card to download. */
export function file(one) {
  if (one.mimetype.startsWith('image/')) return picture(one);
  return one.preview === undefined ? card(one) : snippet(one);
}

const address = (one, download = false) => `/control/file?id=${one.id}${download ? '&download=1' : ''}`;

const size = (bytes) =>
  bytes < 1000
    ? `${bytes} bytes`
    : bytes < 1_000_000
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;

const title = (one) =>
  h(
    'div',
    { class: 'file-head' },
    h('span', { class: 'file-icon' }, icon('file')),
    h(
      'span',
      { class: 'file-words' },
      h('strong', {}, one.title),
      h('small', {}, `${one.pretty_type} · ${size(one.size)}`),
    ),
    downloadLink(one),
  );

const downloadLink = (one) =>
  h(
    'a',
    {
      class: 'icon-only',
      href: address(one, true),
      download: one.name,
      'aria-label': `Download ${one.name}`,
      title: 'Download',
    },
    icon('download'),
  );

const picture = (one) =>
  h(
    'figure',
    { class: 'file picture' },
    h('figcaption', {}, one.title),
    h(
      'a',
      { href: address(one), target: '_blank' },
      h('img', { src: address(one), alt: one.alt_txt ?? one.title }),
    ),
  );

const card = (one) => h('div', { class: 'file card' }, title(one));

function snippet(one) {
  const code = h('pre', { class: 'snippet-code', tabindex: 0, 'aria-label': `Content of ${one.name}` });
  const fill = (text) => {
    const lines = text.replace(/\n$/, '').split('\n');
    code.replaceChildren(...lines.map((line) => h('span', { class: 'snippet-line' }, `${line}\n`)));
  };
  fill(one.preview);
  const hidden = h('div', { class: 'snippet-body' }, code);
  const toggle = h(
    'button',
    { type: 'button', class: 'icon-only', 'aria-label': `Collapse ${one.name}`, 'aria-expanded': 'true' },
    icon('chevron'),
  );
  toggle.addEventListener('click', () => {
    hidden.hidden = !hidden.hidden;
    toggle.setAttribute('aria-expanded', String(!hidden.hidden));
    toggle.setAttribute('aria-label', `${hidden.hidden ? 'Expand' : 'Collapse'} ${one.name}`);
  });
  if (one.lines_more > 0) hidden.append(more(one, code, fill));
  const head = title(one);
  head.append(toggle);
  return h('div', { class: 'file snippet' }, head, hidden);
}

function more(one, code, fill) {
  let open = false;
  const words = () => (open ? 'Show less' : `Show all ${one.lines} lines`);
  const button = h('button', { type: 'button', class: 'snippet-more' }, words());
  button.addEventListener('click', async () => {
    open = !open;
    fill(open ? await (await fetch(address(one))).text() : one.preview);
    code.classList.toggle('open', open);
    button.textContent = words();
  });
  return button;
}
