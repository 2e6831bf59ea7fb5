import { h } from './dom.js';
import { link } from './mrkdwn.js';

/** The text of a markdown block as nodes: headings, lists, tables, quotes, code, rules, paragraphs. */
export function markdown(text) {
  const lines = text.replace(/\r/g, '').split('\n');
  const nodes = [];
  while (lines.length > 0) nodes.push(takeBlock(lines));
  return nodes;
}

function takeBlock(lines) {
  const line = lines[0];
  if (line.trim() === '') return lines.shift() && '';
  if (/^```/.test(line)) return takeCode(lines);
  if (/^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/.test(line)) return lines.shift() && h('hr');
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading !== null) {
    lines.shift();
    return h(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2]));
  }
  if (/^>/.test(line))
    return h(
      'blockquote',
      {},
      markdown(
        take(lines, /^>/)
          .map((one) => one.replace(/^> ?/, ''))
          .join('\n'),
      ),
    );
  if (ITEM.test(line)) return takeList(lines, indentOf(line));
  if (/^\s*\|.*\|\s*$/.test(line) && /^\s*\|[\s:|-]+\|\s*$/.test(lines[1] ?? '')) return takeTable(lines);
  const words = [lines.shift()];
  while (
    lines.length > 0 &&
    lines[0].trim() !== '' &&
    !/^(#{1,6}\s|>|```|\s*\|)/.test(lines[0]) &&
    !ITEM.test(lines[0])
  )
    words.push(lines.shift());
  return h(
    'p',
    {},
    words.flatMap((one, at) => [at > 0 ? h('br') : '', ...inline(one)]),
  );
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const indentOf = (line) => /^\s*/.exec(line)[0].length;

function take(lines, fits) {
  const taken = [];
  while (lines.length > 0 && fits.test(lines[0])) taken.push(lines.shift());
  return taken;
}

function takeCode(lines) {
  lines.shift();
  const code = [];
  while (lines.length > 0 && !/^```/.test(lines[0])) code.push(lines.shift());
  lines.shift();
  return h('pre', { class: 'code-block' }, code.join('\n'));
}

function takeList(lines, indent) {
  const ordered = /^\s*\d/.test(lines[0]);
  const list = h(ordered ? 'ol' : 'ul', {});
  while (lines.length > 0 && ITEM.test(lines[0]) && indentOf(lines[0]) >= indent) {
    if (indentOf(lines[0]) > indent + 1 && list.lastElementChild !== null) {
      list.lastElementChild.append(takeList(lines, indentOf(lines[0])));
      continue;
    }
    const [, , , words] = ITEM.exec(lines.shift());
    const task = /^\[([ xX])\]\s+(.*)$/.exec(words);
    list.append(
      task === null
        ? h('li', {}, inline(words))
        : h(
            'li',
            { class: 'task' },
            h('input', { type: 'checkbox', disabled: true, checked: task[1] !== ' ' }),
            inline(task[2]),
          ),
    );
  }
  return list;
}

function takeTable(lines) {
  const rows = take(lines, /^\s*\|.*\|\s*$/).map((line) =>
    line
      .trim()
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  const [head, rule, ...body] = rows;
  const align = rule.map((cell) => (/^:-+:$/.test(cell) ? 'center' : /-:$/.test(cell) ? 'right' : 'left'));
  const row = (cells, tag) =>
    h(
      'tr',
      {},
      cells.map((cell, at) => h(tag, { class: `align-${align[at] ?? 'left'}` }, inline(cell))),
    );
  return h(
    'div',
    { class: 'table-frame' },
    h(
      'table',
      { class: 'data-table' },
      h('thead', {}, row(head, 'th')),
      h(
        'tbody',
        {},
        body.map((cells) => row(cells, 'td')),
      ),
    ),
  );
}

const TOKENS =
  /(?<code>`[^`]+`)|\*\*(?<bold>[^*]+(?:\*[^*]+)*)\*\*|__(?<bold2>[^_]+)__|~~(?<strike>[^~]+)~~|(?<![\w*])\*(?<italic>[^*\s][^*]*)\*|(?<![\w_])_(?<italic2>[^_\s][^_]*)_(?![\w_])|\[(?<label>[^\]]+)\]\((?<url>[^)\s]+)\)|(?<auto>https?:\/\/[^\s<>)]+)/g;

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKENS)) {
    nodes.push(text.slice(from, match.index));
    const { code, bold, bold2, strike, italic, italic2, label, url, auto } = match.groups;
    if (code !== undefined) nodes.push(h('code', {}, code.slice(1, -1)));
    else if (bold ?? bold2) nodes.push(h('strong', {}, inline(bold ?? bold2)));
    else if (strike !== undefined) nodes.push(h('s', {}, inline(strike)));
    else if (italic ?? italic2) nodes.push(h('em', {}, inline(italic ?? italic2)));
    else nodes.push(link(url ?? auto, label ?? auto));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes;
}
