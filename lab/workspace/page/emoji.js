import { h } from './dom.js';

const EMOJI = {
  white_check_mark: '✅',
  heavy_check_mark: '✔',
  ballot_box_with_check: '☑',
  x: '❌',
  warning: '⚠',
  no_entry: '⛔',
  rotating_light: '🚨',
  red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_green_circle: '🟢',
  large_blue_circle: '🔵',
  white_circle: '⚪',
  black_circle: '⚫',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  information_source: 'ℹ',
  question: '❓',
  exclamation: '❗',
  eyes: '👀',
  lock: '🔒',
  bell: '🔔',
  fire: '🔥',
  rocket: '🚀',
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
  small_red_triangle: '🔺',
};

/** The sign of a name; undefined when it is not one we know, so that `:80:` stays what it is. */
export function emoji(name) {
  const sign = EMOJI[name];
  return sign === undefined
    ? undefined
    : h('span', { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' ') }, sign);
}
