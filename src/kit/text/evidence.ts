/** Longest evidence kept with a finding or a step, in characters: of what is well, and of what is not. */
export const EVIDENCE_CAP = { ok: 4096, notOk: 16_384 } as const;
