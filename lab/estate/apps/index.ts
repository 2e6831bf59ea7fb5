import type { PracticeApp } from './app.ts';
import { acopswareexecutor, acopswareorchestration, apopswareapiserver } from './deps.ts';
import { acvip, sessionserver } from './discovery.ts';
import { msgbroker, msgconsole } from './mq.ts';

/** Every app of the practice estate, in the order in which its hosts get their addresses. */
export const APPS: readonly PracticeApp[] = [
  msgbroker,
  msgconsole,
  apopswareapiserver,
  acopswareorchestration,
  acopswareexecutor,
  acvip,
  sessionserver,
];
