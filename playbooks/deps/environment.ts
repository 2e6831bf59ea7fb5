import { onApps, type Requirement } from '../../src/kit/index.ts';
import inspection from './inspection.ts';

/** Apps without which no release order goes on. */
const PLATFORM = ['apopswareapiserver', 'acopswareorchestration', 'acopswareexecutor'] as const;

/** The release platform as its own inspection sees it: containers healthy, no severe alarm. */
export const platformWell = (): readonly Requirement[] =>
  PLATFORM.map((app) => ({
    checks: onApps(
      'DEPS',
      inspection.checks.filter(({ on, apps }) => on !== 'person' && apps.includes(app)).map(({ id }) => id),
      [app],
    ),
    atWorst: 'warning',
  }));
