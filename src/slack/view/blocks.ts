import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  RichTextBlock,
  SectionBlock,
} from '@slack/types';
import { plain } from './text.ts';

/** Slack's limits that shape what is shown. */
export const LIMITS = {
  sectionText: 3000,
  headerText: 150,
  buttonText: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  actions: 25,
  options: 100,
  blocks: 50,
  viewBlocks: 100,
  /** Our own: characters of one monospace part and of one message, far from Slack's undocumented ends. */
  monospace: 2800,
  message: 11_000,
  messageText: 3000,
} as const;

/** `markdown` holds only our own markup and escaped text; nothing else in it becomes a link or a mention. */
export const section = (markdown: string): SectionBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: markdown, verbatim: true },
});

export const context = (markdown: string): ContextBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: markdown, verbatim: true }],
});

export const header = (text: string): HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: plain(text, LIMITS.headerText), emoji: false },
});

/** Literal text in a monospace frame; Slack reads no markup in it. */
export const monospace = (text: string): RichTextBlock => ({
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_preformatted',
      elements: [{ type: 'text', text: plain(text, LIMITS.monospace) || ' ' }],
    },
  ],
});

/** Rows of at most 25 buttons; nothing at all for none. */
export function actions(buttons: readonly Button[]): ActionsBlock[] {
  const rows: ActionsBlock[] = [];
  for (let at = 0; at < buttons.length; at += LIMITS.actions)
    rows.push({ type: 'actions', elements: buttons.slice(at, at + LIMITS.actions) });
  return rows;
}

/** Lines joined into as few sections as fit. Each line must fit a section by itself. */
export function paragraphs(lines: readonly string[]): SectionBlock[] {
  const blocks: SectionBlock[] = [];
  let text = '';
  for (const line of lines) {
    if (text && text.length + 1 + line.length > LIMITS.sectionText) {
      blocks.push(section(text));
      text = '';
    }
    text = text ? `${text}\n${line}` : line;
  }
  if (text) blocks.push(section(text));
  return blocks;
}

/** As `paragraphs`, small and grey. */
export const smallPrint = (lines: readonly string[]): ContextBlock[] =>
  paragraphs(lines).map(({ text }) => context(text?.text ?? ''));

/** Characters of text in blocks, as Slack counts them roughly. */
export const sizeOf = (blocks: readonly KnownBlock[]): number => JSON.stringify(blocks).length;
