import { formatDate } from './dates.js';
import { h } from './dom.js';
import { emoji } from './emoji.js';
import { author, store } from './store.js';

/** Slack's own markup as nodes. Everything that is not markup stays text. */
export function mrkdwn(text) {
  const nodes = [];
  text.split(/```\n?([\s\S]*?)\n?```/g).forEach((part, at) => {
    if (at % 2 === 1) nodes.push(h('pre', { class: 'code-block' }, preformatted(part)));
    else if (part !== '') nodes.push(...paragraphs(part, at > 0));
  });
  return nodes;
}

const preformatted = (text) =>
  [...text.matchAll(/<([^<>\n]+)>|[^<]+|</g)].map((match) =>
    match[1] === undefined ? unescape(match[0]) : reference(match[1]),
  );

function paragraphs(text, afterCode) {
  const nodes = [];
  let quote = [];
  const lines = (afterCode ? text.replace(/^\n/, '') : text).split('\n');
  const flush = () => {
    if (quote.length > 0) nodes.push(h('blockquote', {}, lined(quote)));
    quote = [];
  };
  let plain = [];
  const flushPlain = () => {
    if (plain.length > 0) nodes.push(h('span', { class: 'lines' }, lined(plain)));
    plain = [];
  };
  for (const line of lines) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted === null) {
      flush();
      plain.push(line);
    } else {
      flushPlain();
      quote.push(quoted[1]);
    }
  }
  flush();
  flushPlain();
  return nodes;
}

const lined = (lines) => lines.flatMap((line, at) => [at > 0 ? h('br') : '', ...inline(line)]);

const TOKENS = new RegExp(
  [
    '(?<code>`[^`\\n]+`)',
    '<(?<ref>[^<>\\n]+)>',
    '(?<![\\w*])\\*(?<bold>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\w*])',
    '(?<![\\w_])_(?<italic>[^\\s_](?:[^_\\n]*[^\\s_])?)_(?![\\w_])',
    '(?<![\\w~])~(?<strike>[^\\s~](?:[^~\\n]*[^\\s~])?)~(?![\\w~])',
    ':(?<emoji>[a-z0-9_+-]+):',
  ].join('|'),
  'g',
);

/** One line of markup. */
export function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > from) nodes.push(unescape(text.slice(from, match.index)));
    nodes.push(token(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(unescape(text.slice(from)));
  return nodes;
}

function token(match) {
  const { code, ref, bold, italic, strike, emoji: name } = match.groups;
  if (code !== undefined) return h('code', {}, preformatted(code.slice(1, -1)));
  if (ref !== undefined) return reference(ref);
  if (bold !== undefined) return h('strong', {}, inline(bold));
  if (italic !== undefined) return h('em', {}, inline(italic));
  if (strike !== undefined) return h('s', {}, inline(strike));
  return emoji(name) ?? match[0];
}

function reference(ref) {
  const [target, label] = split(ref);
  if (target.startsWith('@')) return mention(target.slice(1));
  if (target.startsWith('#')) return channelLink(target.slice(1), label);
  if (target.startsWith('!subteam^')) return groupMention(target.slice(9), label);
  if (target.startsWith('!date^')) return date(target, label);
  if (target.startsWith('!'))
    return h('span', { class: 'mention broadcast' }, `@${label ?? target.slice(1)}`);
  return link(unescape(target), unescape(label ?? target.replace(/^mailto:/, '')));
}

function split(ref) {
  const bar = ref.indexOf('|');
  return bar < 0 ? [ref, undefined] : [ref.slice(0, bar), ref.slice(bar + 1) || undefined];
}

export const mention = (id) =>
  h('span', { class: id === store.me ? 'mention own' : 'mention' }, `@${author(id).name}`);

export function groupMention(id, label) {
  const group = store.workspace.groups.find((one) => one.id === id);
  return h('span', { class: 'mention' }, `@${group?.handle ?? label ?? id}`);
}

export function channelLink(id, label) {
  const found = store.workspace.channels.find((one) => one.id === id);
  return h(
    'a',
    { class: 'mention', href: `/archives/${id}`, dataset: { inside: '' } },
    `#${found?.name ?? label ?? id}`,
  );
}

/** A link to the outside opens beside; only web and mail addresses are links at all. */
export function link(url, label) {
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(url)) return `${label}`;
  const inside = url.startsWith(`${location.origin}/archives/`);
  return h(
    'a',
    inside
      ? { href: url, dataset: { inside: '' } }
      : { href: url, target: '_blank', rel: 'noreferrer noopener' },
    label,
  );
}

function date(target, fallback) {
  const [, seconds, format, url] = target.split('^');
  const text =
    /^\d+$/.test(seconds ?? '') && format !== undefined
      ? formatDate(seconds, format)
      : unescape(fallback ?? '');
  return url === undefined ? h('time', { title: unescape(fallback ?? '') }, text) : link(unescape(url), text);
}

const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** A text object: markup, or plain words with emoji. */
export const textObject = (object) =>
  object.type === 'mrkdwn' ? mrkdwn(object.text) : plainText(object.text);

export function plainText(text) {
  const words = unescape(text);
  return words
    .split(/:([a-z0-9_+-]+):/g)
    .flatMap((part, at) =>
      at % 2 === 0
        ? part.split('\n').flatMap((line, no) => (no > 0 ? [h('br'), line] : [line]))
        : (emoji(part) ?? `:${part}:`),
    );
}
