import type { Instant } from '../core/index.ts'
import type { Denial } from './admission.ts'
import type { Connection } from './connection.ts'

/** The connections of a host, as those see them who decide who is in and what is answered. */
export interface Lines {
  readonly now: Instant
  /** Whether it is still there, and has not been told to end. */
  isOpen(connection: Connection): boolean
  /** Sends what waits, at once. */
  send(connection: Connection): void
  /** Sends what waits, at once, if any of it should not wait for the tick. */
  flush(connection: Connection): void
  /** Tells a connection why it ends, and ends it; its session is left to the caller. */
  hangUp(connection: Connection, denial: Denial): void
  /** Tells a connection why it ends, and ends it and its session. */
  end(connection: Connection, denial: Denial): void
}
