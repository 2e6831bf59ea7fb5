import { app, host, hosts, site } from './places.ts';
import { order, reason, text, ticket } from './texts.ts';
import { choice, number } from './values.ts';
import { optional } from './word.ts';

/** The words that arguments are made of. */
export const arg = { host, hosts, app, site, order, text, reason, ticket, number, choice, optional };

export { args, argumentsOf, type Arguments, checkArguments, type ReadArguments } from './args.ts';
export { fromLabels } from './labels.ts';
export { type HostsMeant, hostsMeant } from './places.ts';
export { noOrder, orderNoIn } from './texts.ts';
export { namesOf, readFilled, readTyped, type ReadTyped, typedOf, usageOf } from './typed.ts';
export { brief, foldedName, type Word } from './word.ts';
