import { type Instant, instant, type Random } from '../../core/index.ts'
import type { NetworkPath } from '../../transport/index.ts'
import { Weather, type WeatherFigures } from '../weather.ts'
import type { TwoWay } from '../weather-air.ts'
import type { TrafficTap } from './traffic-tap.ts'

/** A time during which something does not happen, ends excluded. */
export class Spell {
  #from = Number.POSITIVE_INFINITY
  #to = Number.NEGATIVE_INFINITY

  /** Begins at `now`, for so many ms; a spell that is on already lasts at least as long. */
  begin(now: number, ms: number): void {
    if (!this.isOn(now)) this.#from = now
    this.#to = Math.max(this.#to, now + ms)
  }

  isOn(at: number): boolean {
    return at >= this.#from && at < this.#to
  }

  /** Returns `at`, or the end of the spell if it is on then. */
  readonly after = (at: Instant): Instant => (this.isOn(at) ? instant(this.#to) : at)
}

/** The way between one client and the server: the weather of both directions, and what else may happen to it. */
export class Road {
  readonly cut = new Spell()
  /** While the client takes nothing in. What arrives meanwhile is there when it is over. */
  readonly deaf = new Spell()
  /** When its client had another address last. */
  movedAt: Instant = instant(0)
  readonly #out: Weather
  readonly #in: Weather
  readonly #serverPause: Spell
  readonly #number: number
  readonly #tap: TrafficTap | undefined

  constructor(
    figures: TwoWay,
    options: { random: Random; serverPause: Spell; number?: number; tap?: TrafficTap },
  ) {
    this.#number = options.number ?? 0
    this.#tap = options.tap
    this.#out = new Weather(figures.out, options.random.fork())
    this.#in = new Weather(figures.in, options.random.fork())
    this.#serverPause = options.serverPause
  }

  /** Changes the weather of one direction. */
  change(way: 'up' | 'down', figures: WeatherFigures, now: Instant): void {
    ;(way === 'up' ? this.#out : this.#in).change(figures, now)
  }

  /** Returns how many bytes wait before the bottleneck of one direction. */
  queuedBytes(way: 'up' | 'down', now: Instant): number {
    return (way === 'up' ? this.#out : this.#in).queuedBytes(now)
  }

  readonly toServer: NetworkPath = (length, now) => {
    const arrivals = this.#pass(this.#out.path(length, now), now, this.#serverPause)
    this.#tap?.travels(this.#number, { way: 'up', length, now, arrivals })
    return arrivals
  }
  readonly toClient: NetworkPath = (length, now) => {
    const arrivals = this.#pass(this.#in.path(length, now), now, this.deaf)
    this.#tap?.travels(this.#number, { way: 'down', length, now, arrivals })
    return arrivals
  }

  #pass(arrivals: readonly Instant[], now: Instant, pause: Spell): readonly Instant[] {
    return this.cut.isOn(now) ? [] : arrivals.map(pause.after)
  }
}
