import { words } from '../kit/index.ts';
import type { Says } from './port.ts';

/** One sentence as the answer to a press. */
export const says = (en: string, zh: string): Says => ({ kind: 'says', says: words(en, zh) });
