import { h } from './dom.js';

/** Says a sentence at the bottom of the page for a few seconds. */
export function toast(text) {
  const node = h('div', { class: 'toast' }, text);
  document.getElementById('toasts').append(node);
  setTimeout(() => node.remove(), 5000);
}
