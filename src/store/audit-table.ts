/** The schema of the audit chain beside Fettle's own, unless the configuration names another. */
export const auditSchemaOf = (database: string): string => `${database}_audit`;

/** The tables of the audit chain, as statements name them: they may stand in another schema than everything else. */
export interface AuditTables {
  /** One row per line of the chain. Rows are only ever inserted. */
  readonly lines: string;
  /** Number and hash of every line once more. Rows are only ever inserted; the newest is the head. */
  readonly heads: string;
}

export const auditTables = (auditSchema: string): AuditTables => ({
  lines: auditTable(auditSchema),
  heads: `${quotedName(auditSchema)}.audit_heads`,
});

/** The table of the chain's lines, as statements name it. */
export const auditTable = (auditSchema: string): string => `${quotedName(auditSchema)}.audit`;

/** A schema's name in backticks. Throws on what could be more than a name. */
export function quotedName(name: string): string {
  if (!/^[\w$-]{1,64}$/.test(name)) throw new Error(`not a name for a schema: ${name}`);
  return `\`${name}\``;
}
