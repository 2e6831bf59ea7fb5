import type { Words } from '../kit/index.ts';
import { faultSays } from '../runs/faults.ts';
import type { Desk } from './port.ts';

/** The same desk, which answers in a sentence where the store cannot be used or a row is of another version. A bug still throws. */
export function steadyDesk(
  desk: Desk,
  log: { readonly warn: (facts: object, message: string) => void },
): Desk {
  const answering = async <T>(
    work: Promise<T>,
  ): Promise<T | { readonly kind: 'says'; readonly says: Words }> => {
    try {
      return await work;
    } catch (error) {
      const says = faultSays(error);
      if (!says) throw error;
      log.warn(
        { problem: error instanceof Error ? error.message : undefined },
        'a request could not be taken',
      );
      return { kind: 'says', says };
    }
  };
  return {
    ...desk,
    ask: (...asked) => answering(desk.ask(...asked)),
    press: (...asked) => answering(desk.press(...asked)),
    fill: (...asked) => answering(desk.fill(...asked)),
  };
}
