import type { Checkpoint } from './character.ts'
import type { EntityFence } from './district.ts'
import type { EpochMs } from './epoch.ts'

/** Who has an item: a character, or a place the game names (a map's ground, a chest, an auction). */
export type Holder = { readonly character: string } | { readonly place: string }

export interface Item {
  /** Made by the caller, never used again; as an account's. */
  readonly id: string
  /** What it is, at most 64 UTF-16 units. */
  readonly kind: string
  /** 1 to 2^53 - 1. */
  readonly quantity: number
  /** Whatever else the game keeps of the item, opaque here; at most 4,096 bytes. */
  readonly data: Uint8Array
  readonly holder: Holder
}

/**
 * One step of an operation. `from` says who has the item before it; if that is wrong, the whole operation is
 * refused. Only mint and destroy change how much there is of a kind.
 */
export type ItemChange =
  /** A new item out of nothing. */
  | { readonly do: 'mint'; readonly item: Item }
  | { readonly do: 'move'; readonly id: string; readonly from: Holder; readonly to: Holder }
  /** Part of a stack, less than all of it, becomes an item of its own: same kind and data. */
  | {
      readonly do: 'split'
      readonly id: string
      readonly from: Holder
      readonly quantity: number
      readonly into: string
      readonly to: Holder
    }
  /** One stack joins another of the same kind and data and is gone. `into` is with the same holder. */
  | { readonly do: 'merge'; readonly id: string; readonly from: Holder; readonly into: string }
  | { readonly do: 'rewrite'; readonly id: string; readonly from: Holder; readonly data: Uint8Array }
  | { readonly do: 'destroy'; readonly id: string; readonly from: Holder }

/** Changes that happen together or not at all. */
export interface Operation {
  /** Made by the caller, once for each thing that a player did; as an account's. */
  readonly id: string
  readonly at: EpochMs
  /** In order; 1 to 100. */
  readonly changes: readonly ItemChange[]
  /** Leases that must hold: a server that lost a character cannot trade for it. At most 100. */
  readonly leases?: readonly { readonly id: string; readonly epoch: number }[]
  /**
   * Characters saved in the same transaction, so that a price is paid if and only if its goods arrive. At most 100.
   */
  readonly checkpoints?: readonly Checkpoint[]
  /**
   * Whose it is about, in a world of several processes: each must still be in these hands, and not have gone on. Where
   * one is not, it is `stale`, and not remembered: whoever has them now may do it under the same id. At most 100.
   */
  readonly fences?: readonly EntityFence[]
}

/**
 * What became of an operation.
 *
 *     done      it happened, now or when it was first asked for
 *     refused   it did not and, under this id, never will (but where an entity is not its sender's); `change` is the
 *               first that could not be, -1 for a lease or an entity
 *     mismatch  this id was used for something else; nothing happened
 *
 *     missing   there is no such item
 *     elsewhere the item is not with `from`
 *     exists    an item has that id already
 *     too-few   the stack has not more than is to be split off; or two together have more than 2^53 - 1
 *     unlike    two stacks differ in kind, data or holder
 *     no-holder there is no such character to hold it
 *     stale     a lease, a checkpoint or an entity is no longer its sender's
 */
export type OperationResult =
  | { readonly is: 'done' }
  | { readonly is: 'refused'; readonly why: ItemRefusal; readonly change: number }
  | { readonly is: 'mismatch' }

export type ItemRefusal = 'missing' | 'elsewhere' | 'exists' | 'too-few' | 'unlike' | 'no-holder' | 'stale'

export interface Items {
  find(id: string): Promise<Item | undefined>
  /** Lists a holder's items, by id in the order of its bytes. At most 100,000. */
  list(holder: Holder): Promise<readonly Item[]>
  /**
   * Makes every change, or none. The id and the result are remembered: repeated, the operation is not done again
   * and gives the same result. So ask again when an answer was lost.
   */
  apply(operation: Operation): Promise<OperationResult>
  /** Counts how much there is of each kind, over all holders, by kind. */
  census(): Promise<readonly { readonly kind: string; readonly items: number; readonly quantity: number }[]>
  /**
   * Forgets operations made before a moment. Repeated after that, an operation is new: a `from` that no longer
   * holds refuses it, as does an item that exists already. Keep more than the longest time in which anyone asks
   * again.
   *
   * @returns how many
   */
  forget(before: EpochMs): Promise<number>
}
