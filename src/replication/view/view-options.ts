/** What a view follows, and how often it is told. */
export interface FollowingOptions {
  /** By how many metres a viewer leaves its seat before its cells are chosen anew. */
  readonly hysteresis: number
  /** The number of entities in view beyond which the radius shrinks. */
  readonly entitiesMax: number
  /** The distance in metres beyond which a cell is told of only every `farTicks` ticks. */
  readonly farBeyond: number
  readonly farTicks: number
  /**
   * The width of the ring around the radius, in metres, within which an entity may be held besides those within the
   * radius; Infinity: all that the cells hold that come within the radius.
   */
  readonly rim: number
}

export interface ViewOptions extends FollowingOptions {
  /** Whether packets can be lost: then they are numbered, and `acknowledged` and `lost` must be called. */
  readonly isLossy: boolean
  /** The most bytes of state in any second, headers of every packet counted. At least 2000. */
  readonly bytesPerSecond: number
  /** The bytes that a packet costs on the wire besides what the view writes: every header on the way. */
  readonly overheadBytes: number
}

export const defaultViewOptions: ViewOptions = {
  isLossy: false,
  bytesPerSecond: 64_000,
  // IPv4 20, TCP with time stamps 32, WebSocket 4, the dialect's head 10.
  overheadBytes: 66,
  hysteresis: 4,
  entitiesMax: 400,
  farBeyond: Number.POSITIVE_INFINITY,
  farTicks: 4,
  rim: Number.POSITIVE_INFINITY,
}
