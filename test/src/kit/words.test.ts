import { describe, expect, it } from 'vitest';
import { sentences, words } from '../../../src/kit/index.ts';

describe('sentences', () => {
  it('stand apart, each with its end, in both languages', () => {
    const said = sentences(
      words('Not sent: no connection in time', '未发送：连接超时'),
      words('', ''),
      words('Nothing was changed.', '未做任何变更。'),
      words('Is it?', '是吗？'),
      words('see (a)', '见（甲）'),
    );
    expect(said).toEqual({
      en: 'Not sent: no connection in time. Nothing was changed. Is it? see (a).',
      zh: '未发送：连接超时。未做任何变更。是吗？见（甲）。',
    });
  });
});
