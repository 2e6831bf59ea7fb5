/** Systems, apps, hosts or sites of an estate, or all of it. */
export type Scope =
  | { readonly kind: 'system' | 'app' | 'host' | 'site'; readonly ids: readonly [string, ...string[]] }
  | { readonly kind: 'all' };
