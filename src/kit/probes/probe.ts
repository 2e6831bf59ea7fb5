import type { HostCheck, PageCheck } from '../check.ts';

/** The part of a host check that runs and judges; spread it beside id, title, apps, rows and clause. */
export type HostProbe = Pick<HostCheck, 'on' | 'command' | 'judge'> &
  Partial<Pick<HostCheck, 'timeoutSeconds'>>;

/** The part of a page check that requests and judges. */
export type PageProbe = Pick<PageCheck, 'on' | 'url' | 'judge'>;
