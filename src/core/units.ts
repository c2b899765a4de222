/**
 * Times carry their unit in their type where machines are told them, so that a tick never meets a millisecond. Other
 * numbers say theirs in their description.
 */
declare const unit: unique symbol
type Unit<Name extends string> = number & { readonly [unit]: Name }

/** A step of the world, counted from the world's epoch. Never negative, never wraps. */
export type Tick = Unit<'Tick'>
/** A point in time, in ms since this process began. Two processes never compare instants. */
export type Instant = Unit<'Instant'>
/** A length of time, in ms. */
export type Milliseconds = Unit<'Milliseconds'>

export const tick = (count: number): Tick => count as Tick
export const instant = (ms: number): Instant => ms as Instant
export const milliseconds = (ms: number): Milliseconds => ms as Milliseconds

/** The tick before the world's first: "never told". */
export const NEVER = 0 as Tick
/** The instant that never comes: what `wakeAt` says when a machine waits for nothing. */
export const FOREVER = Number.POSITIVE_INFINITY as Instant

/** Returns the instant `delay` after `start`. */
export const after = (start: Instant, delay: Milliseconds): Instant => (start + delay) as Instant
/** Returns how long from `start` to `end`, in ms; negative when `end` lies before it. */
export const between = (start: Instant, end: Instant): Milliseconds => (end - start) as Milliseconds
/** Returns the earlier of two instants. */
export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b)
