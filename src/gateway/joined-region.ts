import type { RemoteRegion } from './remote-region.ts'

/** One of the regions that share a world. */
export interface JoinedRegion {
  readonly name: string
  readonly remote: RemoteRegion
  /** Whether its news are expected: others wait for them. */
  isThere: boolean
  /** The newest tick that it has told of. */
  newest: number
  /** The newest tick that is complete. */
  ticked: number
  /** The tick at which what it has is shown standing, since nothing was heard of it for so long. */
  stoodAt: number | undefined
  /** Requests that it has not answered. */
  readonly asks: Set<number>
}
