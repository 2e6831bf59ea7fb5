import { randomBytes } from 'node:crypto';
import { isObject, objectsOf, type Json, type JsonObject } from '../json.ts';
import { isInteractive } from './elements.ts';
import { typeOf } from './checker.ts';

/** Blocks with the ids Slack gives where the app gave none. */
export const withIds = (blocks: Json | undefined): readonly JsonObject[] =>
  objectsOf(blocks).map((block) => {
    const named: JsonObject = { ...block, block_id: block['block_id'] ?? shortId() };
    return {
      ...named,
      ...(Array.isArray(block['elements']) && block['type'] === 'actions'
        ? { elements: objectsOf(block['elements']).map(withActionId) }
        : {}),
      ...(isObject(block['accessory']) ? { accessory: withActionId(block['accessory']) } : {}),
      ...(isObject(block['element']) ? { element: withActionId(block['element']) } : {}),
    };
  });

const withActionId = (element: JsonObject): JsonObject =>
  isInteractive(typeOf(element)) && element['action_id'] === undefined
    ? { ...element, action_id: shortId() }
    : element;

const shortId = (): string => randomBytes(4).toString('base64url').slice(0, 5);
