/** Names under which FETTLE_ALLOW lets something be as it is. */
export const EXPOSURES = [
  'plain-mysql',
  'plain-databases',
  'plain-redis',
  'open-redis',
  'accept-new',
  'plain-slack',
  'no-audit-key',
  'weak-audit-key',
  'one-audit-account',
  'all-addresses',
  'readable-secrets',
] as const;
export type ExposureName = (typeof EXPOSURES)[number];
