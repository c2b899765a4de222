/** A moment in milliseconds since 1970-01-01 UTC: a whole number, told by the caller. The store has no clock. */
export type EpochMs = number
