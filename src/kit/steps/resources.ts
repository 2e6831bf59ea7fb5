import type { Estate } from '../estate.ts';
import { type Words, words } from '../words.ts';
import type { Resource } from './facts.ts';
import { type Step, touches } from './step.ts';

/** Whether two resources have something in common: the same, or one inside the other. */
export const overlaps = (one: Resource, other: Resource): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

/** All that these steps lock, in one order; what lies inside another of them is left to that one. */
export function resourcesOf(steps: readonly Step[], estate: Estate): readonly Resource[] {
  const all = [...new Set(steps.flatMap((step) => touches(step, estate)))].sort();
  return all.filter((each) => !all.some((wider) => each.startsWith(`${wider}/`)));
}

/** A resource as people know it: its narrowest part with its name. */
export function placeWords(resource: Resource): Words {
  const last = resource.slice(resource.lastIndexOf('/') + 1);
  const at = last.indexOf(':');
  const called = at > 0 ? KINDS[last.slice(0, at)] : undefined;
  const name = last.slice(at + 1);
  return called ? words(`${called.en} ${name}`, `${called.zh} ${name}`) : words(resource, resource);
}

const KINDS: Readonly<Record<string, Words>> = {
  site: words('site', '机房'),
  system: words('system', '系统'),
  app: words('app', '应用'),
  host: words('host', '主机'),
  database: words('database', '数据库'),
};
