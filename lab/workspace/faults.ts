/** What goes wrong with the next calls of a method. `*` is every method; `response_url` and `upload` are methods here. */
export type Fault =
  | { readonly kind: '429'; readonly method: string; readonly times: number; readonly retryAfter: number }
  /** `afterEffect`: the effect happens and only the reply is lost. */
  | { readonly kind: '500'; readonly method: string; readonly times: number; readonly afterEffect: boolean }
  /** No reply ever; the connection stays open until the workspace stops or the caller gives up. */
  | { readonly kind: 'hang'; readonly method: string; readonly times: number; readonly afterEffect: boolean }
  | { readonly kind: 'error'; readonly method: string; readonly times: number; readonly error: string }
  | { readonly kind: 'delay'; readonly method: string; readonly times: number; readonly ms: number };

/** Faults that were asked for, used up in the order they came. */
export interface Faults {
  readonly inject: (fault: Fault) => void;
  readonly clear: () => void;
  /** The fault of this call, which is then one less. */
  readonly next: (method: string) => Fault | undefined;
}

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    inject: (fault) => waiting.push({ fault, left: fault.times }),
    clear: () => {
      waiting = [];
    },
    next: (method) => {
      const found = waiting.find(({ fault }) => fault.method === method || fault.method === '*');
      if (found === undefined) return undefined;
      found.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return found.fault;
    },
  };
}
