/**
 * Makes an element. `on…` attributes are listeners, `dataset` and `style` are objects, false and undefined are left
 * out, true is an empty attribute. Text is always text, never markup.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== undefined && child !== null && child !== false && child !== ''),
  );
  return node;
}

function set(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
  else if (name === 'dataset') Object.assign(node.dataset, value);
  else if (name === 'value') node.value = value;
  else node.setAttribute(name, value === true ? '' : String(value));
}

/** An icon drawn with lines, 20 by 20. It says nothing to a screen reader. */
export function icon(name, size = 20) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 20 20',
    width: size,
    height: size,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': 1.6,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
    class: 'icon',
  }))
    svg.setAttribute(key, value);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

const ICONS = {
  hash: 'M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h12.5M3.5 12.5H16',
  lock: 'M5.5 9h9v7h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9',
  close: 'M5 5l10 10M15 5 5 15',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  menu: 'M3.5 6h13M3.5 10h13M3.5 14h13',
  chevron: 'M5.5 8 10 12.5 14.5 8',
  caret: 'M8 5.5 12.5 10 8 14.5',
  reply: 'M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-4 3.5v-3.5a1.6 1.6 0 0 1-1.5-2z',
  more: 'M10 5v.01M10 10v.01M10 15v.01',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l2.4-2.4a3 3 0 0 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 0l-2.4 2.4a3 3 0 0 0 4.3 4.3l.9-.9',
  send: 'M3.5 16.5 17 10 3.5 3.5l1.5 5.5 6 1-6 1z',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  file: 'M5.5 2.5h6l3.5 3.5v11.5h-9.5zM11.5 2.5V6H15M8 10h4.5M8 13h4.5',
  download: 'M10 3.5v9M6.5 9 10 12.5 13.5 9M4 16.5h12',
  expand: 'M12 3.5h4.5V8M8 16.5H3.5V12M16.5 3.5 11.5 8.5M3.5 16.5l5-5',
  people:
    'M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.5 16c.3-2.6 2.3-4 5-4s4.7 1.4 5 4M13 9.3a2.4 2.4 0 1 0-.6-4.6M14.5 12.3c1.7.4 2.8 1.6 3 3.7',
  pin: 'M8 3h6l-1 5 2.5 3h-9L9 8zM10.5 11v6',
  bolt: 'M11 2.5 4.5 11.5H10l-1 6 6.5-9H10z',
  check: 'M4.5 10.5 8 14l7.5-8',
  warning: 'M10 3.5 2.5 16.5h15zM10 8.5v4M10 14.5v.01',
};
