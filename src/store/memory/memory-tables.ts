import type { Account } from '../record/account.ts'
import type { AddressBan } from '../record/address-ban.ts'
import type { Item } from '../record/item.ts'
import type { Key } from '../record/key.ts'
import type { AnswerOf, InputOf, RequestName, Shelves } from '../record/request.ts'
import type { KeptOperation, StoredCharacter } from '../sql/row.ts'
import { holderKey } from '../sql/settle-items.ts'
import { Journal, Table } from '../sql/table.ts'
import { DistrictTable } from './district-table.ts'

/** Everything that a store in memory keeps. */
export class MemoryTables {
  readonly journal: Journal
  readonly accounts: Table<Account, 'nameKey'>
  readonly characters: Table<StoredCharacter, 'nameKey' | 'accountId' | 'server'>
  readonly items: Table<Item, 'holder'>
  readonly operations: Table<KeptOperation>
  readonly keys: Table<Key, 'purpose'>
  readonly addressBans: Table<AddressBan>
  readonly districts = new DistrictTable()

  constructor(beforeStep: () => void) {
    const journal = new Journal(beforeStep)
    this.journal = journal
    this.accounts = new Table(journal, ({ id }) => id, { nameKey: ({ nameKey }) => nameKey })
    this.characters = new Table(journal, ({ id }) => id, {
      nameKey: ({ nameKey }) => nameKey,
      accountId: ({ accountId }) => accountId,
      server: ({ server }) => server ?? '',
    })
    this.items = new Table(journal, ({ id }) => id, { holder: ({ holder }) => holderKey(holder) })
    this.operations = new Table(journal, ({ id }) => id, {})
    this.keys = new Table(journal, ({ id }) => id, { purpose: ({ purpose }) => purpose })
    this.addressBans = new Table(journal, ({ address }) => address, {})
  }
}

/** The requests of one shelf, each a function of the tables. Its changes are one transaction. */
export type MemoryRequests<Shelf extends keyof Shelves> = {
  readonly [Name in RequestName & `${Shelf}.${string}`]: (
    tables: MemoryTables,
    input: InputOf<Name>,
  ) => AnswerOf<Name>
}

/** Compares by UTF-8 bytes, that is by code points; JavaScript's own order is that of UTF-16 units. */
export function compareText(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return raised(left) - raised(right)
  }
  return a.length - b.length
}

/** Maps halves of surrogate pairs, which stand for code points above 0xffff, behind every other unit. */
function raised(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}
