import { draw } from './draw.ts';
import type { Picture } from './picture.ts';

/** What the process that draws is asked, and what it answers. */
export interface Order {
  readonly no: number;
  readonly picture: Picture;
}

export type Delivered =
  | { readonly no: number; readonly png: Uint8Array }
  | { readonly no: number; readonly problem: string };

process.on('message', (order: Order) => void deliver(order));
// Whoever asked is gone.
process.on('disconnect', () => process.exit());

async function deliver({ no, picture }: Order): Promise<void> {
  const delivered: Delivered = await draw(picture).then(
    (png) => ({ no, png }),
    (error: unknown) => ({
      no,
      problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  process.send?.(delivered);
}
