import { describe, expect, it } from 'vitest';
import { checkOffer } from '../../../../lab/workspace/blocks/offer.ts';
import { checkBlocks, checkView } from '../../../../lab/workspace/index.ts';
import type { Json, JsonObject } from '../../../../lab/workspace/json.ts';

const plain = (text: string): JsonObject => ({ type: 'plain_text', text });
const mrkdwn = (text: string): JsonObject => ({ type: 'mrkdwn', text });
const section = (text: string): JsonObject => ({ type: 'section', text: mrkdwn(text) });
const times = <Item>(count: number, make: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => make(at));
const option = (text: string, value = text): JsonObject => ({ text: plain(text), value });
const button = (more: JsonObject = {}): JsonObject => ({ type: 'button', text: plain('Go'), ...more });
const actions = (...elements: JsonObject[]): JsonObject => ({ type: 'actions', elements });
const select = (more: JsonObject): JsonObject => ({ type: 'static_select', ...more });
const input = (element: JsonObject): JsonObject => ({ type: 'input', label: plain('Label'), element });
const confirm = (more: JsonObject = {}): JsonObject => ({
  title: plain('Sure?'),
  text: mrkdwn('Really?'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...more,
});
const cell = (text: string): JsonObject => ({ type: 'raw_text', text });
const table = (rows: Json[]): JsonObject => ({ type: 'table', rows });

/** The largest that is taken, the smallest that is not, and where it is refused. */
const LIMITS: readonly (readonly [string, readonly JsonObject[], readonly JsonObject[], string])[] = [
  ['50 blocks', times(50, () => section('x')), times(51, () => section('x')), '/blocks'],
  [
    '3000 characters of a section',
    [section('x'.repeat(3000))],
    [section('x'.repeat(3001))],
    '/blocks/0/text/text',
  ],
  ['& counted as an entity', [section('&'.repeat(600))], [section('&'.repeat(601))], '/blocks/0/text/text'],
  [
    '&amp; counted once',
    [section('&amp;'.repeat(600))],
    [section('&amp;'.repeat(601))],
    '/blocks/0/text/text',
  ],
  [
    'a link counted as written',
    [section(`<https://x.example|y>${'x'.repeat(2979)}`)],
    [section(`<https://x.example|y>${'x'.repeat(2980)}`)],
    '/blocks/0/text/text',
  ],
  ['one character of text', [section('x')], [section('')], '/blocks/0/text/text'],
  [
    '150 characters of a header',
    [{ type: 'header', text: plain('x'.repeat(150)) }],
    [{ type: 'header', text: plain('x'.repeat(151)) }],
    '/blocks/0/text/text',
  ],
  [
    'plain text in a header',
    [{ type: 'header', text: plain('x') }],
    [{ type: 'header', text: mrkdwn('x') }],
    '/blocks/0/text/type',
  ],
  [
    '10 fields',
    [{ type: 'section', fields: times(10, () => mrkdwn('x')) }],
    [{ type: 'section', fields: times(11, () => mrkdwn('x')) }],
    '/blocks/0/fields',
  ],
  [
    '2000 characters of a field',
    [{ type: 'section', fields: [mrkdwn('x'.repeat(2000))] }],
    [{ type: 'section', fields: [mrkdwn('x'.repeat(2001))] }],
    '/blocks/0/fields/0/text',
  ],
  [
    '10 elements of a context',
    [{ type: 'context', elements: times(10, () => mrkdwn('x')) }],
    [{ type: 'context', elements: times(11, () => mrkdwn('x')) }],
    '/blocks/0/elements',
  ],
  [
    '25 actions',
    [actions(...times(25, () => button()))],
    [actions(...times(26, () => button()))],
    '/blocks/0/elements',
  ],
  [
    '75 characters on a button',
    [actions(button({ text: plain('x'.repeat(75)) }))],
    [actions(button({ text: plain('x'.repeat(76)) }))],
    '/blocks/0/elements/0/text/text',
  ],
  [
    '2000 characters in a button',
    [actions(button({ value: 'x'.repeat(2000) }))],
    [actions(button({ value: 'x'.repeat(2001) }))],
    '/blocks/0/elements/0/value',
  ],
  [
    'styles of a button',
    [actions(button({ style: 'danger' }))],
    [actions(button({ style: 'default' }))],
    '/blocks/0/elements/0/style',
  ],
  [
    'an action_id once in a block',
    [actions(button({ action_id: 'a' }), button({ action_id: 'b' }))],
    [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
    '/blocks/0',
  ],
  [
    'a block_id once in a message',
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'b' },
    ],
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    '/blocks/1/block_id',
  ],
  [
    '255 characters of a block_id',
    [{ type: 'divider', block_id: 'x'.repeat(255) }],
    [{ type: 'divider', block_id: 'x'.repeat(256) }],
    '/blocks/0/block_id',
  ],
  [
    '100 characters of a dialog title',
    [actions(button({ confirm: confirm({ title: plain('x'.repeat(100)) }) }))],
    [actions(button({ confirm: confirm({ title: plain('x'.repeat(101)) }) }))],
    '/blocks/0/elements/0/confirm/title/text',
  ],
  [
    '300 characters of a dialog',
    [actions(button({ confirm: confirm({ text: mrkdwn('x'.repeat(300)) }) }))],
    [actions(button({ confirm: confirm({ text: mrkdwn('x'.repeat(301)) }) }))],
    '/blocks/0/elements/0/confirm/text/text',
  ],
  [
    '30 characters on a button of a dialog',
    [actions(button({ confirm: confirm({ deny: plain('x'.repeat(30)) }) }))],
    [actions(button({ confirm: confirm({ deny: plain('x'.repeat(31)) }) }))],
    '/blocks/0/elements/0/confirm/deny/text',
  ],
  [
    '100 options',
    [actions(select({ options: times(100, (at) => option(`${at}`)) }))],
    [actions(select({ options: times(101, (at) => option(`${at}`)) }))],
    '/blocks/0/elements/0/options',
  ],
  [
    '150 characters of a value',
    [actions(select({ options: [option('x', 'x'.repeat(150))] }))],
    [actions(select({ options: [option('x', 'x'.repeat(151))] }))],
    '/blocks/0/elements/0/options/0/value',
  ],
  [
    'an initial option that is one',
    [actions(select({ options: [option('a')], initial_option: option('a') }))],
    [actions(select({ options: [option('a')], initial_option: option('b') }))],
    '/blocks/0/elements/0/initial_option',
  ],
  [
    'a menu that the app fills, without options of its own',
    [input({ type: 'multi_external_select', min_query_length: 0, initial_options: [option('a')] })],
    [input({ type: 'multi_external_select', min_query_length: 0, options: [option('a')] })],
    '/blocks/0/element/options',
  ],
  [
    'a menu that asks from the first character on',
    [input({ type: 'external_select', min_query_length: 0 })],
    [input({ type: 'external_select', min_query_length: -1 })],
    '/blocks/0/element/min_query_length',
  ],
  [
    'one choice or more',
    [input({ type: 'multi_static_select', options: [option('a')], max_selected_items: 1 })],
    [input({ type: 'multi_static_select', options: [option('a')], max_selected_items: 0 })],
    '/blocks/0/element/max_selected_items',
  ],
  [
    '5 options of an overflow menu',
    [actions({ type: 'overflow', options: times(5, (at) => option(`${at}`)) })],
    [actions({ type: 'overflow', options: times(6, (at) => option(`${at}`)) })],
    '/blocks/0/elements/0/options',
  ],
  [
    '10 checkboxes',
    [actions({ type: 'checkboxes', options: times(10, (at) => option(`${at}`)) })],
    [actions({ type: 'checkboxes', options: times(11, (at) => option(`${at}`)) })],
    '/blocks/0/elements/0/options',
  ],
  [
    '100 rows of a table',
    [table(times(100, () => [cell('x')]))],
    [table(times(101, () => [cell('x')]))],
    '/blocks/0/rows',
  ],
  [
    '20 cells of a row',
    [table([times(20, () => cell('x'))])],
    [table([times(21, () => cell('x'))])],
    '/blocks/0/rows/0',
  ],
  [
    '10,000 characters of a table',
    [table([[cell('x'.repeat(10_000))]])],
    [table([[cell('x'.repeat(10_001))]])],
    '/blocks/0/rows',
  ],
  ['text in a cell', [table([[cell('–')]])], [table([[cell('')]])], '/blocks/0/rows/0/0/text'],
  ['one table', [table([[cell('x')]])], [table([[cell('x')]]), table([[cell('x')]])], '/blocks/1'],
  [
    '12,000 characters of markdown in all',
    times(2, () => ({ type: 'markdown', text: 'x'.repeat(6000) })),
    [
      { type: 'markdown', text: 'x'.repeat(6000) },
      { type: 'markdown', text: 'x'.repeat(6001) },
    ],
    '/blocks/1/text',
  ],
  [
    'text in a leaf of rich text',
    [
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
      },
    ],
    [
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] }],
      },
    ],
    '/blocks/0/elements/0/elements/0/text',
  ],
  [
    'elements where they belong',
    [input({ type: 'plain_text_input' })],
    [actions({ type: 'plain_text_input' })],
    '/blocks/0/elements/0/type',
  ],
  ['known blocks', [{ type: 'divider' }], [{ type: 'hologram' }], '/blocks/0/type'],
  [
    'web addresses',
    [{ type: 'image', alt_text: 'x', image_url: 'https://x.example/a.png' }],
    [{ type: 'image', alt_text: 'x', image_url: 'javascript:alert(1)' }],
    '/blocks/0/image_url',
  ],
];

describe('blocks of a message', () => {
  it.each(LIMITS)('allow %s and no more', (_, taken, refused, pointer) => {
    expect(checkBlocks(taken, 'message')).toEqual([]);
    expect(checkBlocks(refused, 'message').map((problem) => problem.pointer)).toEqual([pointer]);
  });
});

describe('what an app offers for a menu', () => {
  it('is at most 100 options, or groups of them, and never both', () => {
    const options = (size: number): JsonObject => ({ options: times(size, (at) => option(`${at}`)) });
    expect(checkOffer(options(0))).toEqual([]);
    expect(checkOffer(options(100))).toEqual([]);
    expect(checkOffer(options(101))).toMatchObject([{ pointer: '/options' }]);
    expect(checkOffer({ option_groups: [{ label: plain('x'.repeat(75)), options: [option('a')] }] })).toEqual(
      [],
    );
    expect(
      checkOffer({ option_groups: [{ label: plain('x'.repeat(76)), options: [option('a')] }] }),
    ).toMatchObject([{ pointer: '/option_groups/0/label/text' }]);
    expect(checkOffer({})).toMatchObject([{ code: 'one_of' }]);
    expect(checkOffer({ ...options(1), option_groups: [] })).toMatchObject([{ code: 'one_of' }]);
  });
});

describe('a form', () => {
  const form = (more: JsonObject): JsonObject => ({
    type: 'modal',
    title: plain('Form'),
    submit: plain('Go'),
    blocks: [],
    ...more,
  });

  it('allows 24 characters of a title and of a button', () => {
    expect(checkView(form({ title: plain('x'.repeat(24)) }))).toEqual([]);
    expect(checkView(form({ title: plain('x'.repeat(25)), close: plain('x'.repeat(25)) }))).toHaveLength(2);
  });

  it('needs a submit button when it has a field', () => {
    const { submit: _submit, ...without } = form({ blocks: [input({ type: 'plain_text_input' })] });
    expect(checkView(without)).toMatchObject([{ pointer: '/submit', code: 'missing' }]);
  });

  it('takes 100 blocks, 3000 characters of metadata, and no table', () => {
    expect(
      checkView(
        form({ blocks: times(100, () => ({ type: 'divider' })), private_metadata: 'x'.repeat(3000) }),
      ),
    ).toEqual([]);
    expect(
      checkView(
        form({ blocks: times(101, () => ({ type: 'divider' })), private_metadata: 'x'.repeat(3001) }),
      ),
    ).toHaveLength(2);
    expect(checkView(form({ blocks: [table([[cell('x')]])] }))).toMatchObject([
      { pointer: '/blocks/0/type' },
    ]);
  });
});
