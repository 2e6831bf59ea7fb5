import { typeOf } from './blocks/checker.ts';
import { fileText } from './files.ts';
import {
  isObject,
  listOf,
  objectOf,
  objectsOf,
  scalarText,
  textOf,
  type Json,
  type JsonObject,
} from './json.ts';
import { threadMessages } from './messages.ts';
import { labelOf } from './people/element-state.ts';
import { SLACKBOT, type Message, type World } from './world.ts';

/** A whole thread as a person reads it: names, words, tables, buttons as `[Confirm]`, files with their content. */
export const threadAsText = (world: World, channel: string, ts: string, viewer?: string): string =>
  messagesAsText(world, threadMessages(world, channel, ts, viewer));

export const messagesAsText = (world: World, messages: readonly Message[]): string =>
  messages
    .map((message) => {
      const text = indent(messageAsText(world, message), message.threadTs === undefined ? '' : '  ');
      const reply = message.threadTs === undefined ? '' : '  ';
      const marks = [
        message.onlyFor === undefined ? '' : ' (only visible to you)',
        message.editedTs === undefined ? '' : ' (edited)',
      ].join('');
      return `${reply}${nameOf(world, message.user)}${marks}:\n${text}`;
    })
    .join('\n\n');

/** What one message says; its blocks when it has any, then its files. */
export function messageAsText(world: World, message: Message): string {
  const blocks = message.blocks ?? [];
  const parts =
    blocks.length > 0 ? blocks.map((block) => blockAsText(world, block)) : [plain(world, message.text)];
  for (const attachment of message.attachments ?? []) {
    const inner = objectsOf(attachment['blocks']);
    parts.push(
      ...(inner.length > 0
        ? inner.map((block) => blockAsText(world, block))
        : [plain(world, textOf(attachment['text']) || textOf(attachment['fallback']))]),
    );
  }
  for (const id of message.files) {
    const file = world.files.get(id);
    if (file === undefined) continue;
    const content = fileText(file);
    parts.push(
      `[file ${file.name}, ${file.bytes?.length ?? 0} bytes]${content === undefined ? '' : `\n${indent(content.trimEnd(), '| ')}`}`,
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

const nameOf = (world: World, user: string): string =>
  user === SLACKBOT
    ? 'Slackbot'
    : user === world.bot.userId
      ? world.bot.realName
      : (world.people.get(user)?.realName ?? user);

function blockAsText(world: World, block: JsonObject): string {
  const says = (value: Json | undefined): string => plain(world, textOf(objectOf(value)['text']));
  switch (typeOf(block)) {
    case 'header':
      return `# ${says(block['text'])}`;
    case 'divider':
      return '---';
    case 'section':
      return [
        says(block['text']),
        ...objectsOf(block['fields']).map((field) => plain(world, textOf(field['text'])).replace(/\n/g, ' ')),
        isObject(block['accessory']) ? elementAsText(block['accessory']) : '',
      ]
        .filter((part) => part !== '')
        .join('\n');
    case 'context':
      return objectsOf(block['elements'])
        .map((item) => plain(world, textOf(item['text']) || textOf(item['alt_text'])))
        .join(' · ');
    case 'actions':
      return objectsOf(block['elements']).map(elementAsText).join(' ');
    case 'input':
      return `${says(block['label'])}: ${elementAsText(objectOf(block['element']))}`;
    case 'image':
      return `[image ${textOf(block['alt_text'])}]`;
    case 'markdown':
      return textOf(block['text']);
    case 'rich_text':
      return richText(world, block);
    case 'table':
      return table(world, listOf(block['rows']).map(objectsOf));
    default:
      return `[${typeOf(block)}]`;
  }
}

function elementAsText(element: JsonObject): string {
  const label = labelOf(element);
  switch (typeOf(element)) {
    case 'image':
      return `[image ${textOf(element['alt_text'])}]`;
    case 'overflow':
    case 'radio_buttons':
    case 'checkboxes':
      return `[${objectsOf(element['options'])
        .map((option) => textOf(objectOf(option['text'])['text']))
        .join(' | ')}]`;
    case 'button':
      return `[${label}]`;
    default:
      return `[${label} ▾]`;
  }
}

function richText(world: World, value: JsonObject): string {
  return objectsOf(value['elements'])
    .map((item) => {
      switch (typeOf(item)) {
        case 'rich_text_list': {
          const pad = '  '.repeat(Number(item['indent'] ?? 0));
          return objectsOf(item['elements'])
            .map(
              (entry, at) =>
                `${pad}${item['style'] === 'ordered' ? `${at + 1}.` : '•'} ${leaves(world, entry)}`,
            )
            .join('\n');
        }
        case 'rich_text_quote':
          return indent(leaves(world, item), '> ');
        case 'rich_text_preformatted':
          return indent(leaves(world, item), '| ');
        default:
          return leaves(world, item);
      }
    })
    .join('\n');
}

const leaves = (world: World, section: JsonObject): string =>
  objectsOf(section['elements'])
    .map((leaf) => {
      switch (typeOf(leaf)) {
        case 'text':
          return textOf(leaf['text']);
        case 'link':
          return textOf(leaf['text']) || textOf(leaf['url']);
        case 'user':
          return `@${nameOf(world, textOf(leaf['user_id']))}`;
        case 'channel':
          return `#${world.channels.get(textOf(leaf['channel_id']))?.name ?? textOf(leaf['channel_id'])}`;
        case 'emoji':
          return `:${textOf(leaf['name'])}:`;
        case 'broadcast':
          return `@${textOf(leaf['range'])}`;
        default:
          return textOf(leaf['fallback']);
      }
    })
    .join('');

function table(world: World, rows: readonly (readonly JsonObject[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cellText(world, cell)));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => columns(row[column] ?? ''))),
  );
  return cells
    .map((row) =>
      row
        .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - columns(cell))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellText(world: World, cell: JsonObject): string {
  const text = typeOf(cell) === 'rich_text' ? richText(world, cell) : textOf(cell['text']);
  return (text || scalarText(cell['value'])).replace(/\n/g, ' ');
}

/** Columns in a terminal: Chinese characters take two. */
const columns = (text: string): number => Array.from(text).length + (text.match(WIDE)?.length ?? 0);

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

const indent = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line) => by + line)
    .join('\n');

/** mrkdwn as plain words: mentions as names, links as `text (address)`, entities as characters. */
export function plain(world: World, text: string): string {
  return text
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `@${nameOf(world, id)}`)
    .replace(/<#([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `#${world.channels.get(id)?.name ?? id}`)
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(
      /<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>/g,
      (_, id: string) => `@${world.userGroups.find((group) => group.id === id)?.handle ?? id}`,
    )
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<((?:https?|mailto|tel):[^|>]+)\|([^>]*)>/g, '$2 ($1)')
    .replace(/<((?:https?|mailto|tel):[^|>]+)>/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
