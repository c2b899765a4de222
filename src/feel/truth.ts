import type { EntityId } from '../world/index.ts'

/** The server's word on the character: its exact state after a tick. */
export interface Truth {
  readonly tick: number
  readonly exact: Uint8Array
  readonly spawned: readonly { readonly back: number; readonly ordinal: number; readonly id: EntityId }[]
}
