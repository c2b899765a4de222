import type { EntityId } from '../world/index.ts'

/** What the server says of the character: its exact state after a tick. */
export interface Truth {
  readonly tick: number
  readonly exact: Uint8Array
  readonly spawned: readonly { readonly back: number; readonly ordinal: number; readonly id: EntityId }[]
}
