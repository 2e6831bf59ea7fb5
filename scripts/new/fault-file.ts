import type { NewPlaybook } from './about.ts';

/** A fault of the practice estate that the new playbook mends: until it is written, the app does not run. */
export function faultFile({ name, row, check, app }: NewPlaybook): string {
  return `import { mainProgram } from '../apps/app.ts';
import { withEnded } from '../conditions.ts';
import { type Fault, hostFault } from './fault.ts';

/** What ${name} mends. */
export const FAULTS: readonly Fault[] = [
  hostFault({
    id: '${name}-needed',
    title: { en: ${JSON.stringify(row.title)}, zh: ${JSON.stringify(`待写：${row.title}`)} },
    rows: [${[...new Set([row.id, ...check.rows])].map((id) => `'${id}'`).join(', ')}],
    apps: ['${app}'],
    usual: '${app}',
    mendedByRestart: true,
    change: (now, on) => withEnded(now, mainProgram(on)),
  }),
];
`;
}
