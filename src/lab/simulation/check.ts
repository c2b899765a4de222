import type { AnyGame, World } from '../../world/index.ts'
import type { Pair } from '../pair.ts'
import type { SimulatedPlayer } from './simulated-player.ts'

/** What checks look at. */
export interface CheckedRun<G extends AnyGame = AnyGame> {
  readonly pair: Pair<G>
  /**
   * The server's world as it is now; of several, the one where players come in. `pair.host.realm` has all of them.
   */
  readonly world: World<G>
  readonly actors: readonly SimulatedPlayer<G>[]
  /** The unsent bytes of the server's fullest link, and the bound it was made with. */
  readonly bufferedBytes: number
  readonly bufferBytesMax: number
  /** The fastest step of a player's character so far, in metres per second. */
  readonly metresPerSecond: number
}

/** Checks something that must hold after every tick. @returns a sentence when it does not */
export type Check<G extends AnyGame = AnyGame> = (scene: CheckedRun<G>) => string | undefined
