/** Names the message of a step that tells something, in the ledger of posts. */
export const toldKey = (no: number): string => `told:${no}`;

/** Stands in the ledger in place of a hash: Slack will never take this message. */
export const REFUSED = 'refused';
