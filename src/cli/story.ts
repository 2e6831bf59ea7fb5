import type { StoryFault } from '../runs/story-check.ts';

/** The text and exit code of `fettle audit verify` for the story behind the chain. */
export function storyText(faults: readonly StoryFault[]): { readonly text: string; readonly code: number } {
  if (faults.length === 0)
    return { text: 'Every change in it was asked for, confirmed and carried out as recorded.', code: 0 };
  const lines = faults.map(
    ({ row, runId, because }) => `  ${row === undefined ? '' : `row ${row}, `}run ${runId}: ${because}`,
  );
  return { text: `The record of changes does not hold:\n${lines.join('\n')}`, code: 1 };
}
