import type { Problem } from '../blocks/checker.ts';
import { checkBlocks, checkView } from '../blocks/limits.ts';
import { isObject, type JsonObject } from '../json.ts';
import { Refusal, type Call, type MethodEntry } from './call.ts';

/** Says what Slack would refuse, without showing anything. */
export const validateMethods: Readonly<Record<string, MethodEntry>> = {
  'blocks.validate': { scopes: [], run: (call) => answer(problemsOf(call)) },
};

function problemsOf({ args }: Call): readonly Problem[] {
  const { blocks, message, view } = args;
  if ([blocks, message, view].filter((given) => given !== undefined).length !== 1) {
    throw new Refusal('invalid_arguments');
  }
  if (blocks !== undefined) return checkBlocks(blocks, 'message');
  if (isObject(view)) return checkView(view);
  if (isObject(message)) return checkBlocks(message['blocks'] ?? [], 'message');
  throw new Refusal('invalid_arguments');
}

function answer(problems: readonly Problem[]): JsonObject {
  if (problems.length === 0) return {};
  throw new Refusal('invalid_blocks', { errors: problems.map((problem) => ({ ...problem })) });
}
