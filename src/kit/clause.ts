/** A row of the operations manuals, like `MQ-C02` (checks C, metrics M, logs L, alerts A, faults F, plans P, procedures PR). */
export type RowId = `${string}-${'C' | 'M' | 'L' | 'A' | 'F' | 'P' | 'PR' | 'K'}${number}`;

/** Where the manual says so: document number (001 CAS, 002 SOFA middleware, 003 HAS, 004 course notes) and section. */
export interface Clause {
  readonly document: '001' | '002' | '003' | '004';
  readonly section: string;
}

export const clauseText = ({ document, section }: Clause): string => `${document} §${section}`;
