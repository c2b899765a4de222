/** Of how many ticks hashes are kept. */
const TICKS_KEPT = 64

/** Who has another state than most, at a tick of which everybody knows all inputs; all, where there is no most. */
export interface Disagreement {
  readonly tick: number
  readonly players: readonly number[]
}

/** What machines say they made of ticks, side by side: who differs from most is found here, and nothing is computed. */
export class ToldHashes {
  /** By tick: the hash by player. */
  readonly #ticks = new Map<number, Map<number, bigint>>()
  /** The ticks of which not all have said the same. */
  readonly #differing = new Set<number>()

  /** Takes what a machine says of a tick; what it says first counts. */
  tell(player: number, tick: number, hash: bigint): void {
    const told = this.#ticks.get(tick) ?? new Map<number, bigint>()
    if (told.has(player)) return
    for (const other of told.values()) if (other !== hash) this.#differing.add(tick)
    told.set(player, hash)
    this.#ticks.set(tick, told)
    if (this.#ticks.size <= TICKS_KEPT) return
    // Ticks are told in their order, or nearly.
    const [oldest] = this.#ticks.keys()
    this.#ticks.delete(oldest)
    this.#differing.delete(oldest)
  }

  /** Who differs, at the first tick that is known to differ; undefined while all say the same. */
  get disagreement(): Disagreement | undefined {
    if (this.#differing.size === 0) return undefined
    const tick = Math.min(...this.#differing)
    const told = this.#ticks.get(tick) as Map<number, bigint>
    const votes = new Map<bigint, number>()
    for (const hash of told.values()) votes.set(hash, (votes.get(hash) ?? 0) + 1)
    let most = { hash: 0n, count: 0 }
    for (const [hash, count] of votes) if (count > most.count) most = { hash, count }
    const isClear = most.count * 2 > told.size
    const players = [...told].filter(([, hash]) => !isClear || hash !== most.hash).map(([player]) => player)
    return { tick, players: players.sort((a, b) => a - b) }
  }
}
