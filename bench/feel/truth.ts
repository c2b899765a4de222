export interface Walker {
  readonly id: number
  readonly position: { x: number; y: number }
}

/** Where everybody was at each tick. */
export class Truth {
  /** By walker: x and y of each tick, from tick 0. */
  readonly #paths = new Map<number, number[]>()
  /** The newest tick noted. */
  tick = 0

  note(tick: number, walkers: Iterable<Walker>): void {
    this.tick = tick
    for (const { id, position } of walkers) {
      let path = this.#paths.get(id)
      if (path === undefined) this.#paths.set(id, (path = []))
      path[tick * 2] = position.x
      path[tick * 2 + 1] = position.y
    }
  }

  /** Iterates over everybody as of `tick`, as the other library wants it. */
  *at(tick: number): Generator<{ id: string; x: number; y: number }> {
    for (const [id, path] of this.#paths) {
      if (path[tick * 2] !== undefined) yield { id: `${id}`, x: path[tick * 2], y: path[tick * 2 + 1] }
    }
  }

  /**
   * Returns the metres between a place and where one truly was at `tick` (with a fraction); NaN when that is not
   * known.
   */
  distance(id: number, tick: number, place: { x: number; y: number }): number {
    const path = this.#paths.get(id)
    const from = Math.floor(tick)
    if (path === undefined || !(from >= 1 && tick <= this.tick)) return Number.NaN
    const at = from * 2
    const share = tick - from
    if (share === 0) return Math.hypot(place.x - path[at], place.y - path[at + 1])
    const x = path[at] + (path[at + 2] - path[at]) * share
    const y = path[at + 1] + (path[at + 3] - path[at + 1]) * share
    return Math.hypot(place.x - x, place.y - y)
  }
}
