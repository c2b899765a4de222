import type { Correction } from '../feel/index.ts'
import type { StutterCause } from './show/stutter-monitor.ts'

/** Statistics of the connection. All averages are over the last few seconds. */
export interface ClientStats {
  readonly pingMs: number
  readonly jitterMs: number
  readonly bytesPerSecondIn: number
  readonly bytesPerSecondOut: number
  readonly packetsPerSecondIn: number
  /** The time that one tick takes on the server, in ms. */
  readonly serverTickMs: number
  /** The longest tick on the server in the last second or two, in ms. */
  readonly serverTickMsWorst: number
  /** The newest tick received. */
  readonly serverTick: number
  /** How far in the past others are shown, in ms. */
  readonly interpolationMs: number
  /** The tick that others are shown at, with a fraction, as of the last frame; 0 before the first. */
  readonly shownTick: number
  /** How far the player's commands run ahead of the server's news, in ms. */
  readonly leadMs: number
  /** How long before their tick commands arrived, as the server last reported, in ms; negative for late ones. */
  readonly marginMs: number
  /** Whether the own character is predicted, ahead of the server's answer: see `ClientOptions.map`. */
  readonly isPredicting: boolean
  /** The reason why there is no map to predict on, in a sentence; undefined where there is one. */
  readonly mapTrouble: string | undefined
  /** How many times the server came to another result than the prediction, and the last of them. */
  readonly corrections: number
  readonly lastCorrection: Correction | undefined
  /** Stutters by cause; `client.stutters` has the last of them with the evidence. */
  readonly stutters: Readonly<Record<StutterCause, number>>
  readonly entitiesInView: number
  /** The number of topics followed. */
  readonly topics: number
  /** The number of ticks with news received since the beginning. */
  readonly ticksReceived: number
  /** How many times nothing came for 750 ms or longer. */
  readonly stalls: number
  readonly bytesIn: number
  readonly bytesOut: number
}
