/** Names a message of a step that tells something, in the ledger of posts. */
export const toldKey = (no: number, nth = 0): string => (nth === 0 ? `told:${no}` : `told:${no}.${nth}`);

/** Stands in the ledger in place of a hash: Slack will never take this message. */
export const REFUSED = 'refused';
