import { describe, expect, it } from 'vitest';
import gen from '../../../playbooks/gen/inspection.ts';
import ms from '../../../playbooks/ms/inspection.ts';
import { findScope } from '../../../src/kit/index.ts';
import { looksOf } from '../../../src/inspecting/scope.ts';
import { estateFrom } from '../../support/estates.ts';
import { citedRows } from '../../support/inspection-rows.ts';

const INSPECTIONS = [gen, ms];

/** An estate with one business app, under a name of its own. */
const ESTATE = estateFrom(
  {
    ledger: { is: 'business-host', hosts: [{ name: 'ledger-1', address: '10.0.0.1' }] },
    drmdata: { hosts: [{ name: 'drmdata-1', address: '10.0.0.2' }] },
  },
  INSPECTIONS,
);

describe('business hosts', () => {
  it('have no check in a manual of their own', () => {
    expect(gen.checks).toEqual([]);
    expect(citedRows(gen)).toEqual([]);
  });

  it.each(['gen', '业务主机', 'business hosts', 'business-host', '业务服务器', 'ledger'])(
    'are what %j asks for: everything that other systems look at on them',
    (typed) => {
      const found = findScope(typed, ESTATE);
      if (!found.ok) throw new Error(found.says.en);
      const looks = looksOf(found.scope, ESTATE, INSPECTIONS);
      const onBusinessHosts = ms.checks.filter(({ apps }) => apps.includes('business-host'));
      expect(looks.map(({ check }) => check.id)).toEqual(onBusinessHosts.map(({ id }) => id));
      expect(new Set(looks.flatMap(({ hosts }) => hosts.map(({ name }) => name)))).toEqual(
        new Set(['ledger-1']),
      );
    },
  );
});
