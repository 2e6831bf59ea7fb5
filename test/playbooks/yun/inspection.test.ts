import { describe, expect, it } from 'vitest';
import reg from '../../../playbooks/reg/inspection.ts';
import yun from '../../../playbooks/yun/inspection.ts';
import { estateFrom } from '../../support/estates.ts';
import { citedRows, flawsOf, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of YUN', () => {
  it('ask a person for every check of the manual, and for nothing else', () => {
    expect(citedRows(yun)).toEqual(rowsUpTo('YUN', 'C', 5));
    expect(yun.checks.filter(({ on }) => on !== 'person')).toEqual([]);
  });

  it('are written down in order', () => {
    expect(flawsOf(yun, ['metaserver', 'dataserver', 'sessionserver'])).toEqual([]);
  });

  it('leave the servers of the registry to its own checks of process, ports and health', () => {
    const citing = reg.checks.filter(({ rows }) => rows.includes('YUN-C03')).map(({ id }) => id);
    expect(citing.toSorted()).toEqual(
      ['data', 'meta', 'session'].flatMap((role) => [`${role}-health`, `${role}-port`, `${role}-process`]),
    );
  });

  it('are known where the registry is', () => {
    const known = (app: string) =>
      estateFrom({ [app]: { hosts: [{ name: 'h-1', address: '10.0.0.1' }] } }, [reg, yun]).systems.map(
        ({ id }) => id,
      );
    expect(known('metaserver')).toEqual(['REG', 'YUN']);
    expect(known('registry-test')).toEqual(['REG']);
  });
});
