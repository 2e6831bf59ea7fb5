import { describe, expect, it } from 'vitest';
import ms from '../../../playbooks/ms/inspection.ts';
import { appOf } from '../../support/estates.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { EMPTY_ESTATE } from '../../support/run-check.ts';

describe('the checks of MS', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(ms)).toEqual([
      ...rowsUpTo('MS', 'C', 28),
      ...rowsUpTo('MS', 'L', 26),
      ...rowsUpTo('MS', 'M', 29),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(ms, ['business-host'])).toEqual([]);
  });

  it('have the limits of the manual', () => {
    const percent = [...rowsUpTo('MS', 'M', 9), 'MS-M19', 'MS-M20', 'MS-M21'].map((row) => [row, 80]);
    const none = ['C16', 'C21', 'C26', 'C27', 'L01', 'L02', 'L12', 'L14', 'L15', 'L21', 'L26'];
    expect(limitsByRow(ms)).toEqual({
      ...Object.fromEntries(percent),
      ...Object.fromEntries(none.map((row) => [`MS-${row}`, 0])),
      'MS-M14': 20,
      'MS-M22': 3,
    });
  });

  it('ask a person for what no host can tell', () => {
    const asked = ms.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual([
      'MS-C07',
      'MS-C09',
      'MS-C10',
      'MS-C11',
      'MS-M13',
      'MS-C12',
      'MS-C13',
      'MS-C19',
      'MS-C20',
      'MS-C22',
      'MS-C23',
      'MS-C24',
      'MS-C25',
    ]);
  });

  it('ask for nothing that changes something in production', () => {
    const changing = ms.checks.filter((check) => check.on === 'person' && check.changes);
    expect(changing.flatMap(({ rows }) => rows)).toEqual(['MS-C24', 'MS-C25']);
  });

  it('look for the console page where the inventory says, else at the documented address', () => {
    const [page] = ms.checks.filter((check) => check.on === 'page');
    const app = appOf('dsrconsole', 'MS');
    expect(page?.url({ estate: EMPTY_ESTATE, app, limits: {} })).toBe('http://sofa-ms.bank.example');
    const own = { ...EMPTY_ESTATE, consoles: { MS: 'https://ms.bank.example/' } };
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://ms.bank.example/');
  });
});
