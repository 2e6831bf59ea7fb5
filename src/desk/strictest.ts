import { type Decision, no } from '../policy/question.ts';

/** May somebody have all of it? A no to one is a no to the whole, and so is nothing to decide about. */
export const strictest = (decisions: readonly Decision[]): Decision =>
  decisions.find(({ verdict }) => verdict === 'no') ??
  decisions.find(({ verdict }) => verdict === 'ask') ??
  decisions[0] ??
  no(
    'unknown change',
    'Nothing known was asked for. Nothing was changed.',
    '未识别到任何操作，未做任何变更。',
  );
