import type { DumpRow, DumpTable } from '../backup/dump.ts'
import {
  accountRow,
  addressBanRow,
  characterRow,
  itemRow,
  keyRow,
  operationRow,
  type Row,
  readAccount,
  readAddressBan,
  readItem,
  readKey,
  readOperation,
  readStoredCharacter,
} from '../sql/row.ts'
import type { MemoryTables } from './memory-tables.ts'

/** Returns every row. */
export function dumpTables(tables: MemoryTables): DumpRow[] {
  const rows = <Kept>(table: DumpTable, kept: Iterable<Kept>, toRow: (one: Kept) => Row): DumpRow[] =>
    [...kept].map((one) => ({ table, row: toRow(one) }))
  return [
    ...rows('accounts', tables.accounts.values(), accountRow),
    ...rows('characters', tables.characters.values(), characterRow),
    ...rows('items', tables.items.values(), itemRow),
    ...rows('operations', tables.operations.values(), operationRow),
    ...rows('keys', tables.keys.values(), keyRow),
    ...rows('address_bans', tables.addressBans.values(), addressBanRow),
  ]
}

/** Replaces all rows by these; leases end, and epochs continue above every old one. */
export function restoreTables(tables: MemoryTables, rows: readonly DumpRow[]): void {
  let epoch = 0
  for (const character of tables.characters.values()) epoch = Math.max(epoch, character.epoch)
  for (const { table, row } of rows) if (table === 'characters') epoch = Math.max(epoch, row.epoch as number)

  for (const table of [tables.accounts, tables.characters, tables.items, tables.operations, tables.keys]) {
    for (const { id } of [...table.values()]) table.delete(id)
  }
  for (const { address } of [...tables.addressBans.values()]) tables.addressBans.delete(address)

  tables.districts.restore()

  const put: { readonly [Name in DumpTable]: (row: Row) => void } = {
    accounts: (row) => tables.accounts.set(readAccount(row)),
    characters: (row) => tables.characters.set({ ...readStoredCharacter(row), server: undefined, epoch }),
    items: (row) => tables.items.set(readItem(row)),
    operations: (row) => tables.operations.set(readOperation(row)),
    keys: (row) => tables.keys.set(readKey(row)),
    address_bans: (row) => tables.addressBans.set(readAddressBan(row)),
  }
  for (const { table, row } of rows) put[table](row)
}
