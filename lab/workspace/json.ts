/** A value as it travels in a request or a reply. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object, or an empty one when it is anything else. */
export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** The objects of a list; whatever else is in it is left out. */
export const objectsOf = (value: Json | undefined): readonly JsonObject[] => listOf(value).filter(isObject);

export const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

/** The text, or an empty one. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** A text or a number as text, or an empty one. */
export const scalarText = (value: Json | undefined): string =>
  typeof value === 'number' ? String(value) : textOf(value);

/** Parses JSON text; undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Without the keys that hold undefined, as a serializer would leave them. */
export const compact = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined));
