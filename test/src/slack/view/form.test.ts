import { describe, expect, it } from 'vitest';
import { checkView } from '../../../../lab/workspace/blocks/limits.ts';
import { checkOffer } from '../../../../lab/workspace/blocks/offer.ts';
import type { JsonObject } from '../../../../lab/workspace/json.ts';
import { type Form, scopeFields, words } from '../../../../src/kit/index.ts';
import {
  About,
  formView,
  mistakesAt,
  offerOptions,
  OPENS,
  opensAction,
  valuesOf,
} from '../../../../src/slack/view/form.ts';

const about: About = {
  of: { kind: 'command', name: 'inspect' },
  channel: 'C0OPS',
  threadTs: '1.2',
  lang: 'en',
};
const long = '<&>"*_`@channel 很长'.repeat(300);
const endless = words(long, long);
const every: Form = {
  title: words('Look', '查看'),
  submit: words('Send', '提交'),
  says: words('About <this> & that', '关于 <此> & 彼'),
  fields: [
    { kind: 'text', id: 'note', label: words('Note', '备注'), lines: 'several', mostCharacters: 500 },
    {
      kind: 'text',
      id: 'name',
      label: words('Name', '名称'),
      lines: 'one',
      mostCharacters: 40,
      hint: words('as printed', '如页面所示'),
    },
    {
      kind: 'choice',
      id: 'state',
      label: words('How bad', '程度'),
      options: [
        { value: 'warning', title: words('Warning', '警告') },
        { value: 'critical', title: words('Critical', '严重') },
      ],
      begins: 'critical',
    },
    ...scopeFields,
  ],
  read: () => ({ ok: true, meant: undefined }),
};
const asSent = (view: object): JsonObject => JSON.parse(JSON.stringify(view)) as JsonObject;

describe('a form as a modal', () => {
  it('has a field for each, in the language of the reader', () => {
    const view = formView({ of: about.of, form: every }, { ...about, lang: 'zh' });
    expect(checkView(asSent(view))).toEqual([]);
    expect(view).toMatchObject({
      title: { text: '查看' },
      submit: { text: '提交' },
      close: { text: '关闭' },
    });
    const [says, ...fields] = view.blocks;
    expect(says).toMatchObject({ text: { text: '关于 &lt;此&gt; &amp; 彼' } });
    expect(fields).toMatchObject([
      {
        block_id: 'note',
        optional: false,
        element: { type: 'plain_text_input', multiline: true, max_length: 500, focus_on_load: true },
      },
      { block_id: 'name', hint: { text: '如页面所示' }, element: { multiline: false, focus_on_load: false } },
      { block_id: 'state', element: { type: 'radio_buttons', initial_option: { value: 'critical' } } },
      { block_id: 'system', optional: true, element: { type: 'multi_external_select', min_query_length: 0 } },
      { block_id: 'app' },
      { block_id: 'host' },
      { block_id: 'site' },
      { block_id: 'all', element: { type: 'checkboxes' } },
    ]);
  });

  it('brings back what it is about', () => {
    const view = formView({ of: about.of, form: every }, about);
    expect(About.parse(JSON.parse(view.private_metadata ?? ''))).toEqual(about);
  });

  it('stays within the limits of Slack whatever its words are', () => {
    const options = [{ value: 'a'.repeat(200), title: endless }] as const;
    const facts = { label: endless, hint: endless };
    const huge: Form = {
      title: endless,
      submit: endless,
      says: endless,
      fields: [
        { kind: 'text', id: 'a', lines: 'several', mostCharacters: 3000, ...facts },
        { kind: 'choice', id: 'b', options, ...facts },
        { kind: 'ticks', id: 'c', options, ...facts },
        { kind: 'places', id: 'd', of: 'host', ...facts },
      ],
      read: every.read,
    };
    for (const lang of ['en', 'zh'] as const)
      expect(checkView(asSent(formView({ of: about.of, form: huge }, { ...about, lang })))).toEqual([]);
  });

  it('is opened by buttons that name the command', () => {
    expect(OPENS.exec(opensAction('inspect'))?.[1]).toBe('inspect');
  });
});

describe('what a menu offers', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ value: `h-${n}`, title: endless, hint: endless }));

  it('is all there is, or a hundred with a heading that says so', () => {
    const few = offerOptions({ options: many(3), all: 3 }, 'en');
    expect(few).toMatchObject({ options: [{ value: 'h-0' }, { value: 'h-1' }, { value: 'h-2' }] });
    const cut = offerOptions({ options: many(100), all: 250 }, 'en');
    expect(cut).toMatchObject({
      option_groups: [{ label: { text: '100 of 250: type a name to see the others' } }],
    });
    for (const offer of [
      few,
      cut,
      offerOptions({ options: many(100), all: 250 }, 'zh'),
      offerOptions({ options: [], all: 0 }, 'en'),
    ])
      expect(checkOffer(asSent(offer))).toEqual([]);
  });

  it('has no second line where there is nothing to say', () => {
    const options = [{ value: 'a', title: words('A', '甲'), hint: words('', '') }];
    expect(offerOptions({ options, all: 1 }, 'en')).toEqual({
      options: [{ value: 'a', text: { type: 'plain_text', text: 'A', emoji: false } }],
    });
  });
});

describe('what was given', () => {
  it('is a list for every kind of control', () => {
    expect(
      valuesOf({
        note: { 'fettle-field': { type: 'plain_text_input', value: 'two alerts' } },
        name: { 'fettle-field': { type: 'plain_text_input', value: null } },
        blank: { 'fettle-field': { type: 'plain_text_input', value: '  ' } },
        state: {
          'fettle-field': { type: 'radio_buttons', selected_option: { value: 'critical', text: {} } },
        },
        none: { 'fettle-field': { type: 'radio_buttons', selected_option: null } },
        host: {
          'fettle-field': {
            type: 'multi_external_select',
            selected_options: [{ value: 'a' }, { value: 'b' }],
          },
        },
        all: { 'fettle-field': { type: 'checkboxes', selected_options: [] } },
      }),
    ).toEqual({
      note: ['two alerts'],
      name: [],
      blank: [],
      state: ['critical'],
      none: [],
      host: ['a', 'b'],
      all: [],
    });
  });

  it('is refused when it is no state of a form', () => {
    expect(() => valuesOf('x')).toThrow('expected record');
    expect(() => valuesOf({ a: { b: { value: 1 } } })).toThrow('expected string');
  });
});

it('mistakes are plain words at their field', () => {
  const mistakes = [{ field: 'host', says: words('No <host> & none', '没有 <主机>') }];
  expect(mistakesAt(mistakes, 'en')).toEqual({ host: 'No <host> & none' });
  expect(mistakesAt(mistakes, 'zh')).toEqual({ host: '没有 <主机>' });
  expect(mistakesAt([{ field: 'a', says: endless }], 'en')['a']?.length).toBeLessThanOrEqual(500);
});
