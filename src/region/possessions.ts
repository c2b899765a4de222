import type { Items } from '../store/index.ts'
import type { Player } from '../world/index.ts'

/** How often the items of a player are read anew, as long as it is not known which they are, in ms. */
const READ_AGAIN_MS = 1000

/** What is known of a player's items. */
interface Knowledge {
  /** Operations on them that have not been answered. */
  underWay: number
  /** Whether others than those that are here may be the player's. */
  areDoubtful: boolean
  /** Readings begun; and the last one of which the answer was taken: those begun before it are older. */
  begun: number
  taken: number
  /** Grows with each doubt: a reading from before it settles nothing. */
  doubts: number
  readAt: number
}

/**
 * Knows whether `player.items` is what the store has, which is the truth, and reads it again where that is not sure.
 * Doubtful are the items of a row, which was saved before the last trades; those of a player who came here while an
 * operation was under way; and those after an operation of which no answer came.
 */
export class Possessions {
  readonly #items: Items | undefined
  readonly #known = new WeakMap<Player, Knowledge>()
  /** Those whose items are to be read again. */
  readonly #doubtful = new Set<Player>()

  /** @param items  undefined where nothing is kept */
  constructor(items: Items | undefined) {
    this.#items = items
  }

  /** Whether the items of a player have to be read before they are told. */
  areDoubtful(player: Player): boolean {
    return this.#known.get(player)?.areDoubtful ?? false
  }

  /** Whether another region that gets the player has to read the items. */
  areUnsettled(player: Player): boolean {
    const known = this.#known.get(player)
    return known !== undefined && (known.areDoubtful || known.underWay > 0)
  }

  /** Notes that others may be the player's than those that are here. They are read now, and again until it is known. */
  doubt(player: Player): void {
    const known = this.#of(player)
    known.areDoubtful = true
    known.doubts++
    this.#doubtful.add(player)
    this.#readAgain(player, known)
  }

  /** Notes that an operation on a player's items is under way. */
  begin(player: Player): void {
    this.#of(player).underWay++
  }

  /** Notes that an operation on a player's items was answered, or will not be. */
  end(player: Player): void {
    this.#of(player).underWay--
  }

  /** Reads what a player has; nothing of a guest. Rejects with OutsideError when the store is away. */
  async read(player: Player): Promise<void> {
    const known = this.#of(player)
    const { doubts } = known
    if (this.#items && player.character) {
      const reading = ++known.begun
      const items = await this.#items.list({ character: player.character.id })
      if (reading > known.taken) {
        known.taken = reading
        player.items = items
      }
    }
    if (known.doubts !== doubts) return
    known.areDoubtful = false
    this.#doubtful.delete(player)
  }

  /** Forgets a player who is here no more. */
  forget(player: Player): void {
    this.#doubtful.delete(player)
  }

  /** Reads again what could not be read before. Call it each tick. */
  advance(now: number): void {
    for (const player of this.#doubtful) {
      const known = this.#of(player)
      if (known.readAt === 0) known.readAt = now
      else if (now - known.readAt >= READ_AGAIN_MS) this.#readAgain(player, known)
    }
  }

  #readAgain(player: Player, known: Knowledge): void {
    known.readAt = 0
    // A store that is away is asked again.
    this.read(player).catch(() => {})
  }

  #of(player: Player): Knowledge {
    const known = this.#known.get(player)
    if (known) return known
    const fresh = { underWay: 0, areDoubtful: false, begun: 0, taken: 0, doubts: 0, readAt: 0 }
    this.#known.set(player, fresh)
    return fresh
  }
}
