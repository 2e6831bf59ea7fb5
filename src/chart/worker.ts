import { draw } from './draw.ts';
import type { Picture } from './picture.ts';

/** What the process that draws is asked, and what it answers. */
export interface ChartRequest {
  readonly no: number;
  readonly picture: Picture;
}

export type ChartResponse =
  | { readonly no: number; readonly png: Uint8Array }
  | { readonly no: number; readonly problem: string };

process.on('message', (request: ChartRequest) => void deliver(request));
// The parent process is gone.
process.on('disconnect', () => process.exit());

async function deliver({ no, picture }: ChartRequest): Promise<void> {
  const response: ChartResponse = await draw(picture).then(
    (png) => ({ no, png }),
    (error: unknown) => ({
      no,
      problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  process.send?.(response);
}
