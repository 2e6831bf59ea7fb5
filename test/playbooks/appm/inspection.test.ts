import { describe, expect, it } from 'vitest';
import appm from '../../../playbooks/appm/inspection.ts';
import { findScope } from '../../../src/kit/index.ts';
import { systemsOf } from '../../../src/inspecting/scope.ts';
import { estateFrom } from '../../support/estates.ts';

describe('application management', () => {
  it.each(['appm', '应用管理', 'application management'])(
    'is known as %j, and the manuals have no check of it',
    (typed) => {
      const estate = estateFrom({}, [appm]);
      const found = findScope(typed, estate);
      expect(found).toEqual({ ok: true, scope: { kind: 'system', ids: ['APPM'] } });
      expect(found.ok && systemsOf(found.scope, estate, [appm])).toEqual([]);
    },
  );
});
