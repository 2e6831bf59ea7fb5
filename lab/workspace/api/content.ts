import { problemText, type Problem } from '../blocks/checker.ts';
import { withIds } from '../blocks/ids.ts';
import { checkBlocks } from '../blocks/limits.ts';
import { isObject, objectsOf, textOf, type Json, type JsonObject } from '../json.ts';
import { Refusal } from './call.ts';

/** What a message says, checked and with ids. */
export interface Content {
  readonly text: string;
  readonly blocks?: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly metadata?: JsonObject;
}

/** Characters after which a new message's text is refused. Slack cuts there; a lost end is a mistake of the app. */
export const MAX_TEXT = 40_000;
/** Characters after which a changed message's text is refused. */
export const MAX_UPDATED_TEXT = 4_000;

/** Reads text, blocks, attachments and metadata of a message. Throws what Slack would refuse. */
export function readContent(args: JsonObject, maxText = MAX_TEXT): Content {
  const markdown = args['markdown_text'];
  if (markdown !== undefined && (args['text'] !== undefined || args['blocks'] !== undefined)) {
    throw new Refusal('markdown_text_conflict');
  }
  const wanted =
    markdown === undefined ? present(args['blocks']) : [{ type: 'markdown', text: textOf(markdown) }];
  const blocks = wanted === undefined ? undefined : checkedBlocks(wanted);
  const attachments = readAttachments(present(args['attachments']));
  const text = textOf(args['text']);
  if (text.length > maxText) throw new Refusal('msg_too_long');
  if (text === '' && (blocks ?? []).length === 0 && (attachments ?? []).length === 0)
    throw new Refusal('no_text');
  const metadata = readMetadata(present(args['metadata']));
  return {
    text,
    ...(blocks === undefined ? {} : { blocks }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** Blocks of a message that Slack would take, with ids. */
export function checkedBlocks(blocks: Json): readonly JsonObject[] {
  if (!Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
  refuseProblems(checkBlocks(blocks, 'message'));
  return withIds(blocks);
}

export function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const messages = problems.map(problemText);
  if (problems.some((problem) => problem.code === 'only_one_table_allowed')) {
    throw new Refusal('invalid_attachments', {
      response_metadata: { messages: ['only_one_table_allowed', ...messages] },
    });
  }
  throw new Refusal('invalid_blocks', { errors: messages, response_metadata: { messages } });
}

// An empty argument is how the web client writes an absent one.
const present = (value: Json | undefined): Json | undefined =>
  value === '' || value === null ? undefined : value;

function readAttachments(value: Json | undefined): readonly JsonObject[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new Refusal('invalid_attachments');
  const list = objectsOf(value);
  if (list.length > 100) throw new Refusal('too_many_attachments');
  return list.map((attachment) =>
    attachment['blocks'] === undefined
      ? attachment
      : { ...attachment, blocks: checkedBlocks(attachment['blocks'] ?? []) },
  );
}

function readMetadata(value: Json | undefined): JsonObject | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value) || textOf(value['event_type']) === '' || !isObject(value['event_payload'])) {
    throw new Refusal('invalid_metadata_format');
  }
  return value;
}
