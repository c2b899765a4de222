import type { PickleValue } from '../../pickle/index.ts'
import type { AnyEntity, AnyGame } from '../../world/index.ts'
import type { Adapter } from '../adapter.ts'

/** A request of the game, and what to ask with it. */
export interface Wish<G extends AnyGame = AnyGame> {
  readonly request: keyof G['requests'] & string
  readonly body: unknown
}

/**
 * Says how a game is shown to PYMMORPG clients, beyond what any protocol needs to know. Whole numbers are bigints: they
 * become Python's `int`, and numbers become `float`.
 */
export interface PymmorpgAdapter<G extends AnyGame = AnyGame> extends Adapter<G> {
  /** Returns what `update` tells as "visual"; the figure's look, an `int`, when left out. */
  visual?(entity: AnyEntity): PickleValue
  /**
   * Returns what `get` tells of an entity in sight; undefined for a name that is not its own to answer. Such a name
   * goes to the game's attributes, where it has those requests.
   */
  attribute?(entity: AnyEntity, name: string): PickleValue | undefined
  /** The commands of `edit` besides `say` and `attributes`: each makes a request of the given data. */
  readonly edits?: Readonly<Record<string, (data: readonly PickleValue[]) => Wish<G> | undefined>>
}
