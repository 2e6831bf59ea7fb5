import { describe, expect, it } from 'vitest';
import { clauses, compressRows } from '../../../../src/slack/view/rows.ts';

describe('row ids', () => {
  it.each([
    [['MQ-C06'], 'MQ-C06'],
    [['MQ-C07', 'MQ-C08'], 'MQ-C07, C08'],
    [['MQ-C05', 'MQ-C03', 'MQ-C04', 'MQ-C03'], 'MQ-C03–C05'],
    [['MQ-M19', 'MQ-C01', 'MQ-M17', 'MQ-C03', 'MQ-M16', 'MQ-M15'], 'MQ-C01, C03 · M15–M17, M19'],
    [['DEPS-F06', 'DEPS-P02', 'DEPS-PR02'], 'DEPS-F06 · P02 · PR02'],
    [['MQ-C09', 'MQ-C10', 'MQ-C11', 'REG-C01'], 'MQ-C09–C11; REG-C01'],
    [['SOFA-MQ-C99', 'SOFA-MQ-C100', 'SOFA-MQ-C101'], 'SOFA-MQ-C99–C101'],
    [['MQ-C1', 'MQ-C01', 'MQ-C2'], 'MQ-C1, C01, C2'],
    [['whatever', 'MQ-C01'], 'MQ-C01; whatever'],
    [[], ''],
  ])('%j read %s', (rows, text) => {
    expect(compressRows(rows)).toBe(text);
  });

  it('lose none, whatever the gaps', () => {
    for (let mask = 1; mask < 2 ** 9; mask += 1) {
      const numbers = Array.from({ length: 9 }, (_, n) => n + 1).filter((n) => mask & (1 << n));
      if (numbers.length === 0) continue;
      const text = compressRows(numbers.map((n) => `MQ-C0${n}`).reverse());
      expect(spelledOut(text)).toEqual(numbers);
    }
  });
});

describe('a clause', () => {
  const clause = (document: '001' | '002', section: string) => ({
    clause: { document, section },
    rows: ['MQ-C01', 'MQ-C02', 'MQ-C03'] as const,
  });

  it('names a document once, sections in order, and how many are left out', () => {
    const all = ['4.10', '4.2', '4.3', '4.1'].map((section) => clause('002', section));
    expect(clauses(all, 'en', 3)).toBe('[002 §4.1, §4.2, §4.3 and 1 more · MQ-C01–C03]');
    expect(clauses([clause('002', '4.2'), clause('001', '2.5')], 'zh')).toBe(
      '[001 §2.5、002 §4.2 · MQ-C01–C03]',
    );
  });
});

/** The numbers that a compressed list of one kind stands for. */
const spelledOut = (text: string): number[] =>
  text
    .replace('MQ-', '')
    .split(', ')
    .flatMap((part) => {
      const [from = 0, to = from] = part.split('–').map((each) => Number(each.slice(1)));
      return Array.from({ length: to - from + 1 }, (_, n) => from + n);
    });
