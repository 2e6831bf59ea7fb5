import { found, isObject } from '../found.ts';
import type { PracticeApp } from './app.ts';

/** Every app of the practice estate, in the order in which its hosts get their addresses: by the files of this folder. */
export const APPS: readonly PracticeApp[] = await found(new URL('.', import.meta.url), {
  name: 'APPS',
  isKind: isApp,
  except: ['index', 'app'],
});

/** What an estate has unless more is asked for: enough for the message queue and the release platform. */
export const FEW_APPS: readonly PracticeApp[] = [
  'msgbroker',
  'msgconsole',
  'apopswareapiserver',
  'acopswareorchestration',
  'acopswareexecutor',
  'acvip',
  'sessionserver',
].flatMap((id) => APPS.filter((app) => app.id === id));

/** What the compiler has let pass as an app. */
function isApp(value: unknown): value is PracticeApp {
  return isObject(value) && typeof value['id'] === 'string' && Array.isArray(value['programs']);
}
