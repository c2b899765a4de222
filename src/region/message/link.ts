import type { Instant } from '../../core/index.ts'
import type { Source } from '../../replication/index.ts'
import type { Down, Up } from './message.ts'

/** A region as a gateway has it: near, in the same process, or at the other end of a link. */
export interface RegionLink {
  /** Begins to tell this gateway, of every world that is open first. Called once. */
  open(gateway: RegionListener): void
  /** Tells the region something; the value may be reused when the call returns. */
  send(message: Up, now: Instant): void
  /** What views of this world are written from; undefined for one that is not open. */
  source(instance: number): Source | undefined
  /** A piece of a map, or its index, by its 16 hexadecimal digits. */
  find(hash: string): Uint8Array | undefined
}

/** A gateway as a region tells it. */
export interface RegionListener {
  /** Told in order. What is told of a tick is good until the call returns. */
  receive(message: Down): void
}
