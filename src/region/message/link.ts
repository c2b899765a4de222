import type { Instant } from '../../core/index.ts'
import type { Source } from '../../replication/index.ts'
import type { Down, Up } from './message.ts'

/** A region as seen by a gateway: in the same process, or at the other end of a link. */
export interface RegionLink {
  /** Begins sending to this gateway, with every open world first. Called once. */
  open(gateway: RegionListener): void
  /** Sends a message to the region; the value may be reused when the call returns. */
  send(message: Up, now: Instant): void
  /** Returns the source that views of this world are written from; undefined for a world that is not open. */
  source(instance: number): Source | undefined
  /** Returns a map piece, or a map's index, by its 16 hexadecimal digits. */
  find(hash: string): Uint8Array | undefined
}

/** A gateway as seen by a region. */
export interface RegionListener {
  /** Receives messages in order. The news of a tick is valid until the call returns. */
  receive(message: Down): void
}
