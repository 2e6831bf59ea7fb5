import { describe, expect, it } from 'vitest';
import dtx from '../../../playbooks/dtx/inspection.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of DTX', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(dtx)).toEqual([
      ...rowsUpTo('DTX', 'C', 19),
      ...rowsUpTo('DTX', 'L', 10),
      ...rowsUpTo('DTX', 'M', 24),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(dtx)).toEqual([]);
  });

  it('have the limits of the manual', () => {
    const percent = ['01', '03', '04', '05', '07', '08', '19', '20', '21'].map((no) => [`DTX-M${no}`, 80]);
    expect(limitsByRow(dtx)).toEqual({
      ...Object.fromEntries(percent),
      'DTX-M11': 10,
      'DTX-M12': 6,
      'DTX-M22': 3,
      'DTX-L08': 0,
    });
  });

  it('ask a person for what no host can tell', () => {
    const rows = dtx.checks.filter(({ on }) => on === 'person').flatMap((check) => check.rows);
    expect(rows.filter((row) => row.startsWith('DTX-C'))).toEqual([
      'DTX-C12',
      'DTX-C08',
      'DTX-C13',
      'DTX-C15',
      'DTX-C14',
      'DTX-C16',
      'DTX-C17',
      'DTX-C19',
    ]);
    expect(rows.filter((row) => row.startsWith('DTX-M'))).toEqual(rowsUpTo('DTX', 'M', 18).slice(8));
  });

  it('look at DTAP where the emergency plan does', () => {
    const on = (app: string) => dtx.checks.filter(({ apps }) => apps.includes(app)).map(({ id }) => id);
    expect(on('dtap')).toEqual(['dtap-process', 'alerts', 'container-state']);
    expect(on('dtap-console')).toEqual(on('dtap'));
  });

  it('look for the console page where the inventory says, else at the documented address', () => {
    const [page] = dtx.checks.filter((check) => check.on === 'page');
    const app = appOf('dtxconsole', 'DTX');
    expect(page?.url({ estate: estateOf(), app, limits: {} })).toBe('http://sofa-dtx.bank.example');
    const own = estateOf({ consoles: { DTX: 'https://dtx.bank.example/' } });
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://dtx.bank.example/');
  });
});
