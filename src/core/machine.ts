import type { Instant } from './units.ts'

/**
 * A moving part that owns no socket, no timer and no dice.
 *
 *     receive(thing, now)  what arrived; nonsense is dropped and counted
 *     poll(now)            what to do next; ask again until it answers undefined
 *     wakeAt               when poll could next answer something new; FOREVER once nothing is awaited
 *
 * The server drives it with real time, tests with virtual time, the lab draws it.
 */
export interface Machine<Thing, Output> {
  receive(thing: Thing, now: Instant): void
  poll(now: Instant): Output | undefined
  readonly wakeAt: Instant
}
