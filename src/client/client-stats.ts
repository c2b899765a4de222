/** How the connection does. All averages are over the last few seconds. */
export interface ClientStats {
  readonly pingMs: number
  readonly jitterMs: number
  readonly bytesPerSecondIn: number
  readonly bytesPerSecondOut: number
  readonly packetsPerSecondIn: number
  /** What one tick takes on the server. */
  readonly serverTickMs: number
  /** The newest tick heard of. */
  readonly serverTick: number
  /** How far in the past others are shown. */
  readonly interpolationMs: number
  readonly entitiesInView: number
  /** Topics followed. */
  readonly topics: number
  /** Ticks with news that were received since the beginning. */
  readonly ticksReceived: number
  /** Times that nothing came for 750 ms or longer. */
  readonly stalls: number
  readonly bytesIn: number
  readonly bytesOut: number
}
