import type { Correction } from '../feel/index.ts'
import type { StutterCause } from './show/stutter-monitor.ts'

/** How the connection does. All averages are over the last few seconds. */
export interface ClientStats {
  readonly pingMs: number
  readonly jitterMs: number
  readonly bytesPerSecondIn: number
  readonly bytesPerSecondOut: number
  readonly packetsPerSecondIn: number
  /** What one tick takes on the server. */
  readonly serverTickMs: number
  /** The longest that a tick took there in the last second or two. */
  readonly serverTickMsWorst: number
  /** The newest tick heard of. */
  readonly serverTick: number
  /** How far in the past others are shown. */
  readonly interpolationMs: number
  /** How far the player's commands run ahead of what is heard of the server. */
  readonly leadMs: number
  /** By how much commands came before their tick, as the server last said; negative for late ones. */
  readonly marginMs: number
  /** Whether the own character is moved ahead of the server's answer: see `ClientOptions.map`. */
  readonly isPredicting: boolean
  /** Why there is no map to do that on, in a sentence; undefined where there is. */
  readonly mapTrouble: string | undefined
  /** Times that the server came to another result than the prediction, and the last of them. */
  readonly corrections: number
  readonly lastCorrection: Correction | undefined
  /** Stutters by where they came from; `client.stutters` has the last of them with the evidence. */
  readonly stutters: Readonly<Record<StutterCause, number>>
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
