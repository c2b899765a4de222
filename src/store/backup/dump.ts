/** The tables of a dump, in the order in which their rows come: what others refer to comes first. */
export const DUMP_TABLES = ['accounts', 'characters', 'items', 'operations', 'keys', 'address_bans'] as const
export type DumpTable = (typeof DUMP_TABLES)[number]

/** What a column can hold in every store. Bytes stay bytes. */
export type Value = string | number | Uint8Array | null

/** One row of one table, by column. */
export interface DumpRow {
  readonly table: DumpTable
  readonly row: Readonly<Record<string, Value>>
}
