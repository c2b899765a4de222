import { FOREVER, type Instant, type Random } from '../core/index.ts'
import {
  Agenda,
  type Air,
  chooseLinkOptions,
  type DatagramAddress,
  type Link,
  type LinkOptions,
} from '../transport/index.ts'
import { Weather, type WeatherFigures } from './weather.ts'
import { WeatheredLink } from './weathered-link.ts'

/** The weather of both directions. */
export interface TwoWay {
  readonly out: WeatherFigures
  readonly in: WeatherFigures
}

/** The most peers over datagrams that have weather of their own; the oldest is forgotten beyond. */
const PEERS_MAX = 4096
/** How many bytes a stream has on the way before its buffer begins to fill: what a kernel would have taken. */
const WINDOW_BYTES = 65_536

/** How many rounds of a rush may send something in their turn. */
const RUSH_ROUNDS = 64

export interface WeatherAirOptions extends Partial<LinkOptions> {
  readonly random: Random
  readonly now: () => Instant
  /** Called when `wakeAt` has become earlier. */
  readonly wake: () => void
}

/** One peer's weather. */
interface Sky {
  readonly out: Weather
  readonly in: Weather
}

/**
 * Weather for a program's real network. Each link and each peer has its own, with the same figures, which can be
 * changed while it runs.
 *
 *     const air = new WeatherAir(bothWays(parseWeather('train')), { random, now, wake })
 *     serve(definition, { air }), connect(game, url, { name, air });  air.set(...)
 *
 * A machine: `poll` delivers what is due, at `wakeAt`.
 */
export class WeatherAir implements Air {
  #figures: TwoWay
  readonly #options: WeatherAirOptions
  readonly #clock: { readonly now: Instant; readonly agenda: Agenda }
  readonly #skies = new Map<object, Sky>()

  constructor(figures: TwoWay, options: WeatherAirOptions) {
    this.#figures = figures
    this.#options = options
    const agenda = new WakingAgenda(options.wake)
    this.#clock = {
      get now() {
        return options.now()
      },
      agenda,
    }
  }

  get figures(): TwoWay {
    return this.#figures
  }

  /** Changes the weather, for everyone. What is under way stays as it was. */
  set(figures: TwoWay): void {
    this.#figures = figures
    const now = this.#options.now()
    for (const sky of this.#skies.values()) {
      sky.out.change(figures.out, now)
      sky.in.change(figures.in, now)
    }
  }

  /** @returns the link in weather; the same link where it goes over datagrams, whose weather `carry` makes */
  wrap(link: Link): Link {
    if (link.state !== undefined) return link
    const sky = this.#sky()
    const weathered: Link = new WeatheredLink(link, {
      bufferBytesMax: chooseLinkOptions(this.#options).bufferBytesMax,
      windowBytes: WINDOW_BYTES,
      clock: this.#clock,
      out: sky.out.path,
      in: sky.in.path,
    })
    this.#remember(weathered, sky)
    return weathered
  }

  carry(
    datagram: Uint8Array,
    peer: DatagramAddress,
    { way, pass }: { readonly way: 'in' | 'out'; readonly pass: (datagram: Uint8Array) => void },
  ): void {
    const { now, agenda } = this.#clock
    let sky = this.#skies.get(peer)
    if (sky === undefined) {
      sky = this.#sky()
      this.#remember(peer, sky)
    }
    let copy: Uint8Array | undefined
    for (const at of sky[way].path(datagram.length, now))
      if (at <= now) pass(datagram)
      else {
        copy ??= new Uint8Array(datagram)
        const late = copy
        agenda.note(at, () => pass(late))
      }
  }

  /** When something next arrives; FOREVER when nothing is on the way. */
  get wakeAt(): Instant {
    return this.#clock.agenda.wakeAt
  }

  /** Delivers what is due. */
  poll(): void {
    const { now, agenda } = this.#clock
    while (agenda.wakeAt <= now) agenda.run(now)
  }

  /**
   * Delivers everything under way at once: for a program that ends, whose timers no longer run. Otherwise its last
   * words would be lost, which real networks do not do.
   */
  rush(): void {
    const { agenda } = this.#clock
    for (let round = 0; round < RUSH_ROUNDS && agenda.wakeAt < FOREVER; round++) agenda.run(FOREVER)
  }

  #sky(): Sky {
    const { random } = this.#options
    return {
      out: new Weather(this.#figures.out, random.fork()),
      in: new Weather(this.#figures.in, random.fork()),
    }
  }

  #remember(whom: object, sky: Sky): void {
    this.#skies.set(whom, sky)
    if (this.#skies.size <= PEERS_MAX) return
    for (const oldest of this.#skies.keys()) {
      this.#skies.delete(oldest)
      return
    }
  }
}

/** An agenda that reports when something is due sooner than everything before. */
class WakingAgenda extends Agenda {
  readonly #wake: () => void

  constructor(wake: () => void) {
    super()
    this.#wake = wake
  }

  override note(at: Instant, run: () => void): void {
    const isSooner = at < this.wakeAt
    super.note(at, run)
    if (isSooner) this.#wake()
  }
}

/** Makes the same weather both ways. */
export function bothWays(figures: WeatherFigures): TwoWay {
  return { out: figures, in: figures }
}

/**
 * Joins weather to timers.
 *
 * @param start  makes the air, with what it calls when it has something to do sooner
 */
export function driveAir(
  start: (wake: () => void) => WeatherAir,
  timers: { now(): Instant; after(ms: number, callback: () => void): () => void },
): WeatherAir {
  let forget = (): void => {}
  const next = (): void => {
    forget()
    if (air.wakeAt === FOREVER) return
    forget = timers.after(Math.max(0, air.wakeAt - timers.now()), () => {
      air.poll()
      next()
    })
  }
  const air = start(() => next())
  return air
}
