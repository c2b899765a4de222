import { Histogram } from './histogram.ts'
import type { Truth, Walker } from './truth.ts'

/** How many milliseconds a picture may stand still before it counts as frozen. */
const FROZEN_MS = 100
/** The share of real time below which what is shown counts as standing. */
const STANDING = 0.25
/** How many metres from one picture to the next make a jump: more than twice what anyone walks meanwhile. */
const JUMP = 0.2
/** The metres, all together, below which nobody moved. */
const STILL = 1e-6

/** The results of one way of showing others, over everyone who looks. */
export class Seen {
  /** Metres between where others are shown and where they were at the time shown. */
  readonly errors = new Histogram(0.0005)
  /** Metres between where others are shown and where they are by now. */
  readonly lags = new Histogram(0.0005)
  /** Milliseconds between the server's present and what is shown. */
  readonly delays = new Histogram(0.1)
  freezes = 0
  /** How often somebody was elsewhere than a step away in the next picture. */
  jumps = 0
  /** How many pictures were looked at. */
  pictures = 0
}

/** One who looks at the others, picture by picture. */
export class Eye {
  readonly #seen: Seen
  readonly #before = new Map<number, { x: number; y: number }>()
  #stillMs = 0
  #delayMs = Number.NaN

  constructor(seen: Seen) {
    this.#seen = seen
  }

  /** Looks at a picture. */
  show(
    others: Iterable<Walker>,
    picture: {
      readonly truth: Truth
      readonly tick: number
      readonly delayMs: number
      readonly frameMs: number
    },
  ): void {
    const { truth, tick, delayMs, frameMs } = picture
    const seen = this.#seen
    let moved = 0
    seen.pictures++
    for (const { id, position } of others) {
      const error = truth.distance(id, tick, position)
      if (error >= 0) seen.errors.add(error)
      const lag = truth.distance(id, truth.tick, position)
      if (lag >= 0) seen.lags.add(lag)
      const before = this.#before.get(id)
      if (before === undefined) this.#before.set(id, { x: position.x, y: position.y })
      else {
        const stride = Math.hypot(position.x - before.x, position.y - before.y)
        moved += stride
        if (stride > JUMP) seen.jumps++
        before.x = position.x
        before.y = position.y
      }
    }
    seen.delays.add(delayMs)
    // What falls behind the present by three quarters of a picture's time goes on at a quarter of its pace.
    const isStanding = delayMs - this.#delayMs > (1 - STANDING) * frameMs
    this.#delayMs = delayMs
    if (isStanding || moved < STILL) this.#stillMs += frameMs
    else {
      if (this.#stillMs > FROZEN_MS) seen.freezes++
      this.#stillMs = 0
    }
  }
}
