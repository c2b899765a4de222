import type { DumpRow } from './backup/dump.ts'
import type { AccountShelf } from './record/account.ts'
import type { AddressBans } from './record/address-ban.ts'
import type { Characters } from './record/character.ts'
import type { DistrictShelf } from './record/district.ts'
import type { Items } from './record/item.ts'
import type { Keys } from './record/key.ts'

/**
 * What survives the servers: accounts, characters, items, keys and bans.
 *
 *     memory      for tests and for worlds that forget
 *     sqlite      one file, the default
 *     postgres    several servers, one database
 *
 * A write whose promise has resolved is on disk (in memory: in memory), whatever crashes next. Each write is one
 * transaction: all of it or none. Answers of the kind "taken" and "held" are values.
 *
 * Every method rejects with
 *
 *     ShardlessError `store/bad-value`    an argument that no store takes: the calling program's mistake
 *     ShardlessError `store/closed`       after `close`
 *     OutsideError                        the disk or the database. Whether a write happened is then not known; ask for
 *                                         it again, which is always safe: see each method for what a repeat answers
 */
export interface Store {
  readonly accounts: AccountShelf
  readonly characters: Characters
  readonly items: Items
  readonly keys: Keys
  readonly addressBans: AddressBans
  /** Who owns which part of a world of several processes, and what stands there. */
  readonly districts: DistrictShelf

  /** Returns whether the store answers, and how far behind it is. Never rejects. */
  health(): Promise<Health>
  /**
   * Dumps every row as of one moment, in batches, while others read and write. `backup` on Node writes them to a
   * file. Do not leave it half read: `return` it.
   */
  dump(): AsyncIterable<readonly DumpRow[]>
  /**
   * Replaces everything by these rows, in one transaction, also while others read and write: they see all of the
   * old or all of the new. Every lease ends, and no old epoch is used again. What stood in districts is in no dump:
   * it is gone, and every district is without a holder.
   *
   * @throws what `rows` throws; then nothing has changed
   */
  restore(rows: AsyncIterable<readonly DumpRow[]>): Promise<void>
  /** Finishes what was asked for and lets go of file or database. Later calls do nothing. */
  close(): Promise<void>
}

export interface Health {
  readonly isWell: boolean
  /** What is wrong, as a sentence for the operator; empty when all is well. */
  readonly trouble: string
  readonly engine: 'memory' | 'sqlite' | 'postgres'
  /** Version of the schema that the data is in. */
  readonly schema: number
  /** Requests that wait for an answer, and how many may. */
  readonly waiting: number
  readonly waitingMax: number
}
