import type { FaultClass } from '../programme.ts';
import { botsKilled } from './bots.ts';
import { canShiftClocks, clocksShifted } from './clocks.ts';
import { clicks } from './clicks.ts';
import { mariadbLost } from './mariadb.ts';
import { forgedJobs, redisLost } from './redis.ts';
import { slackFails } from './slack.ts';
import { endpointLies, wayLost } from './target.ts';
import { workersFrozen, workersKilled } from './workers.ts';

/** Every class that can be tried on this machine. */
export const CLASSES: readonly FaultClass[] = [
  workersKilled,
  workersFrozen,
  botsKilled,
  redisLost,
  mariadbLost,
  endpointLies,
  wayLost,
  slackFails,
  clicks,
  forgedJobs,
  ...(canShiftClocks ? [clocksShifted] : []),
];
