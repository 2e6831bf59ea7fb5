import { h } from './dom.js';

// Signs of state are drawn, so that they look the same on a machine without an emoji font.
const circle = (colour) => `<circle cx="10" cy="10" r="7.5" fill="${colour}"/>`;
const box = (colour, path) =>
  `<rect x="2" y="2" width="16" height="16" rx="4" fill="${colour}"/><path d="${path}" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/>`;

const DRAWN = {
  red_circle: circle('#dd2e44'),
  large_orange_circle: circle('#f4900c'),
  large_yellow_circle: circle('#f2c230'),
  large_green_circle: circle('#4fa84a'),
  large_blue_circle: circle('#3f8fd6'),
  white_circle: circle('#c3c9cf'),
  black_circle: circle('#3b3f45'),
  white_check_mark: box('#4fa84a', 'M6 10.4 9 13.2 14 7'),
  heavy_check_mark: box('#4fa84a', 'M6 10.4 9 13.2 14 7'),
  ballot_box_with_check: box('#3f8fd6', 'M6 10.4 9 13.2 14 7'),
  x: box('#dd2e44', 'M6.5 6.5l7 7M13.5 6.5l-7 7'),
  information_source: box('#3f8fd6', 'M10 9.5v4.5M10 6v.01'),
  warning:
    '<path d="M10 2.5 18.3 17H1.7z" fill="#f2c230" stroke="#f2c230" stroke-width="1.5" stroke-linejoin="round"/><path d="M10 7.5v4.5M10 14.5v.01" stroke="#3b2d00" stroke-width="2" stroke-linecap="round"/>',
  no_entry: `${circle('#dd2e44')}<path d="M6.5 10h7" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>`,
  hourglass_flowing_sand:
    '<path d="M5 3h10M5 17h10M6 3c0 4 3 5 4 7-1 2-4 3-4 7M14 3c0 4-3 5-4 7 1 2 4 3 4 7" fill="none" stroke="#b7791f" stroke-width="1.7" stroke-linecap="round"/>',
};

const SIGNS = {
  hourglass: '⌛',
  question: '❓',
  exclamation: '❗',
  eyes: '👀',
  lock: '🔒',
  bell: '🔔',
  fire: '🔥',
  rocket: '🚀',
  rotating_light: '🚨',
  wrench: '🔧',
  memo: '📝',
  mag: '🔍',
  clipboard: '📋',
  tada: '🎉',
  wave: '👋',
  thumbsup: '👍',
  '+1': '👍',
  pray: '🙏',
  arrow_right: '➡',
  arrow_up: '⬆',
  arrow_down: '⬇',
  arrows_counterclockwise: '🔄',
  repeat: '🔁',
  bulb: '💡',
  construction: '🚧',
  stopwatch: '⏱',
};

/** The sign of a name; undefined when it is not one we know, so that `:80:` stays what it is. */
export function emoji(name) {
  const drawn = Object.hasOwn(DRAWN, name) ? DRAWN[name] : undefined;
  const sign = Object.hasOwn(SIGNS, name) ? SIGNS[name] : undefined;
  if (drawn === undefined && sign === undefined) return undefined;
  const node = h('span', { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' ') }, sign);
  // Only the drawings above: nothing from a message gets here.
  if (drawn !== undefined) node.innerHTML = `<svg viewBox="0 0 20 20">${drawn}</svg>`;
  return node;
}
