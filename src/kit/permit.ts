/** Whether the effect may still happen; whoever looks afterwards takes this away first and the lock after it, so that one always sees the other. */
export type Permit = () => Promise<boolean>;
