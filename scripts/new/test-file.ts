import type { NewPlaybook } from './about.ts';

/** The test of a new playbook: a table without machines, and the list of what is still to be written. */
export function testFile({ name, system, row, app, check }: NewPlaybook): string {
  const own = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const typed = check.on === 'host' ? `${app}-1` : '';
  const red = `{ checks: { ${JSON.stringify(check.id)}: 'critical' } }`;
  return `import { describe, expect, it } from 'vitest';
import ${own} from '../../../playbooks/${system.toLowerCase()}/${name}.ts';
import { planOf, unwritten } from '../../support/plan-of.ts';

const plan = async () => {
  const planned = await planOf(${own}, ${JSON.stringify(typed)}, ${red});
  if (!planned.ok) throw new Error(planned.says.en);
  return planned.plan;
};

describe('${name}', () => {
  it('does what ${row.id} says, step by step', async () => {
    const { steps } = await plan();
    expect(steps.map(({ kind, cites }) => [kind, cites])).toEqual([
${row.steps.map((_, at) => `      ['manual', ['${row.id}.${at + 1}']],`).join('\n')}
    ]);
  });

  it('can be put back, or says why not', async () => {
    const { rollback, irreversible, nothingToPutBack } = await plan();
    expect(rollback.length > 0 || (irreversible ?? nothingToPutBack)).toBeTruthy();
  });

  it.each(['ok', 'unknown'] as const)('does nothing where the check is %s', async (state) => {
    const planned = await planOf(${own}, ${JSON.stringify(typed)}, { checks: { ${JSON.stringify(check.id)}: state } });
    expect(planned).toMatchObject({ ok: false });
  });

  it('has all its texts in both languages: write those that are named here', async () => {
    expect(unwritten(await plan())).toEqual([]);
  });
});
`;
}
