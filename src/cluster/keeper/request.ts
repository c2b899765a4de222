import type { Claimed, DistrictSave, Fence, Pass, Passed } from '../../store/index.ts'
import type { KnownEntity, PeerMessage } from '../message/peer-message.ts'

/** What a keeper asks of the store; see `DistrictShelf`. */
export type StoreRequest =
  | { readonly is: 'claim'; readonly fence: Fence }
  | { readonly is: 'rows'; readonly fence: Fence }
  | { readonly is: 'pass'; readonly passes: readonly Pass[] }
  | { readonly is: 'save'; readonly saves: readonly DistrictSave[] }
  | { readonly is: 'move'; readonly last: DistrictSave; readonly to: string }

export type StoreAnswer =
  | { readonly is: 'claim' | 'rows'; readonly claimed: Claimed }
  | { readonly is: 'pass'; readonly passed: readonly Passed[] }
  | { readonly is: 'save'; readonly saved: readonly ('done' | 'stale')[] }
  | { readonly is: 'move'; readonly moved: 'done' | 'stale' }

/** What a keeper wants done. */
export type KeeperOutput =
  /** Ask the store, and say what it answered under this number, or that it did not. */
  | { readonly do: 'ask'; readonly ask: number; readonly request: StoreRequest }
  | { readonly do: 'send'; readonly to: string; readonly message: PeerMessage }
  /** The entity is real here from now on. */
  | {
      readonly do: 'adopt'
      readonly entity: number
      readonly hop: number
      readonly district: number
      readonly state: Uint8Array
      /** Undefined for one that no living region gave. */
      readonly luggage: Uint8Array | undefined
      /** What receivers know of it that is newer than its state. */
      readonly known: KnownEntity | undefined
      /** Whether it goes from one district of this region to another: no other region has had it meanwhile. */
      readonly isOwn: boolean
    }
  /** The entity is no longer real here. */
  | { readonly do: 'release'; readonly entity: number }
  /** The district is authored from now on; or no longer. */
  | { readonly do: 'author' | 'cease'; readonly district: number; readonly epoch: number }
  /** Give everything of the district to `packed`: it is saved for the last time, and moves. */
  | { readonly do: 'pack'; readonly district: number; readonly to: string }
