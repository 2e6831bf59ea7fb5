/** The monitoring table of the patrol. */
export const patrol = { document: '002', section: '2.5.1.1' } as const;

export const LOAD5 = [{ row: 'MS-M22', value: 3 }] as const;
