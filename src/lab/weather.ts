import { cos, exp, type Instant, log, OutsideError, type Random } from '../core/index.ts'
import type { NetworkPath } from '../transport/index.ts'

/** What one direction of a path does to packets, in figures. Shares are 0 .. 1. */
export interface WeatherFigures {
  /** The least time a packet needs, in ms. */
  readonly latencyMs: number
  /**
   * How far the latency wanders, in ms to either side: a first-order autoregressive process, normally distributed with
   * a standard deviation of half of this, cut at all of this, forgetting itself over `jitterMemoryMs`. Packets sent
   * together are late together; jitter alone never reorders.
   */
  readonly jitterMs: number
  /** The probability with which each packet is lost, each by itself. */
  readonly loss: number
  /**
   * Bursts of loss (the model of Gilbert and Elliott in continuous time): for `share` of the time, `lastsMs` on
   * average at a stretch and exponentially distributed, packets are lost with probability `loss`, which is 1 when
   * left out.
   */
  readonly burst: { readonly share: number; readonly lastsMs: number; readonly loss?: number }
  /** The share of packets that arrive a second time, up to `reorderMs` later. */
  readonly repeat: number
  /** The share of packets held back by up to `reorderMs`, evenly distributed, so that others overtake them. */
  readonly reorder: number
  readonly reorderMs: number
  /** The bottleneck, in bytes per second, headers counted; Infinity for none. */
  readonly bytesPerSecond: number
  /** How many bytes may wait before the bottleneck; a packet that finds no room is lost. */
  readonly queueBytes: number
  /**
   * Every so often (exponentially distributed) nothing moves for a while; what was sent meanwhile waits in the queue.
   */
  readonly stall: { readonly everyMs: number; readonly lastsMs: number }
  /** What a packet costs the bottleneck besides its length: 28 bytes, IPv4 and UDP. */
  readonly headerBytes: number
}

const jitterMemoryMs = 50

/** No weather: nothing happens to packets. */
export const clear: WeatherFigures = {
  latencyMs: 0,
  jitterMs: 0,
  loss: 0,
  burst: { share: 0, lastsMs: 0 },
  repeat: 0,
  reorder: 0,
  reorderMs: 30,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  queueBytes: Number.POSITIVE_INFINITY,
  stall: { everyMs: Number.POSITIVE_INFINITY, lastsMs: 0 },
  headerBytes: 28,
}

/**
 * One direction of a path, in this weather, with these dice. The same figures, dice and packets give the same
 * arrivals, on every platform, to the last bit.
 *
 *     packet --> queue --> bottleneck --> loss, bursts --> latency + jitter --> held back? --> repeated? --> arrives
 *
 * What is lost on the way has used the bottleneck: the weather lets through `bytesPerSecond * (1 - loss)`.
 */
export class Weather {
  #figures: WeatherFigures
  readonly #dice: Record<'loss' | 'burst' | 'jitter' | 'reorder' | 'repeat' | 'stall', Random>
  #freeAt = 0
  #stallAt = Number.POSITIVE_INFINITY
  #stallUntil = 0
  #isBursting = false
  #burstAt = 0
  #wander = 0
  #wanderedAt = 0
  #lastArrival = 0

  constructor(figures: WeatherFigures, random: Random) {
    this.#figures = figures
    this.#dice = {
      loss: random.fork(),
      burst: random.fork(),
      jitter: random.fork(),
      reorder: random.fork(),
      repeat: random.fork(),
      stall: random.fork(),
    }
    this.#planStall(0)
  }

  get figures(): WeatherFigures {
    return this.#figures
  }

  /** Changes the weather at `now`. What is under way stays as it was. */
  change(figures: WeatherFigures, now: Instant): void {
    this.#figures = figures
    this.#planStall(now)
  }

  /** Returns how many bytes wait before the bottleneck. */
  queuedBytes(now: Instant): number {
    const rate = this.#figures.bytesPerSecond
    return Number.isFinite(rate)
      ? (Math.max(0, this.#freeAt - Math.max(now, this.#stallUntil)) * rate) / 1000
      : 0
  }

  /** Returns when the copies of a packet sent `now` arrive: none when it is lost. Ask in the order of time. */
  readonly path: NetworkPath = (packetLength: number, now: Instant): readonly Instant[] => {
    const figures = this.#figures
    const passed = this.#pass(packetLength + figures.headerBytes, now)
    const isLost = this.#dice.loss.chance(figures.loss)
    const isBurst = this.#burst(figures, now)
    const delay = figures.latencyMs + this.#jitter(figures, now)
    if (passed === undefined || isLost || isBurst) return []
    let at = Math.max(passed, passed + delay, this.#lastArrival)
    if (this.#dice.reorder.chance(figures.reorder)) at += this.#dice.reorder.between(0, figures.reorderMs)
    else this.#lastArrival = at
    if (!this.#dice.repeat.chance(figures.repeat)) return [at as Instant]
    return [at as Instant, (at + this.#dice.repeat.between(0, figures.reorderMs)) as Instant]
  }

  /** Returns when the packet has left the bottleneck; undefined when the queue has no room for it. */
  #pass(bytes: number, now: number): number | undefined {
    const { bytesPerSecond, queueBytes, stall } = this.#figures
    while (now >= this.#stallAt) {
      this.#stallUntil = this.#stallAt + stall.lastsMs
      this.#planStall(this.#stallUntil)
    }
    // In a stall the queue fills by what is sent, not by the time that passes.
    const movesAt = Math.max(now, this.#stallUntil)
    const start = Math.max(movesAt, this.#freeAt)
    const msPerByte = 1000 / bytesPerSecond
    if (msPerByte > 0 && (start - movesAt) / msPerByte + bytes > queueBytes) return undefined
    this.#freeAt = start + bytes * msPerByte
    return this.#freeAt
  }

  #planStall(after: number): void {
    const { everyMs } = this.#figures.stall
    this.#stallAt = Number.isFinite(everyMs)
      ? after - log(1 - this.#dice.stall.fraction()) * everyMs
      : Number.POSITIVE_INFINITY
  }

  #burst({ burst }: WeatherFigures, now: number): boolean {
    if (burst.share === 0) return false
    const away = Math.max(1e-9, (burst.lastsMs * (1 - burst.share)) / burst.share)
    const kept = exp(-(now - this.#burstAt) * (1 / Math.max(1e-9, burst.lastsMs) + 1 / away))
    this.#burstAt = now
    this.#isBursting = this.#dice.burst.chance(
      burst.share + ((this.#isBursting ? 1 : 0) - burst.share) * kept,
    )
    return this.#isBursting && (burst.loss === undefined || this.#dice.burst.chance(burst.loss))
  }

  #jitter({ jitterMs }: WeatherFigures, now: number): number {
    if (jitterMs === 0) return 0
    const kept = exp(-(now - this.#wanderedAt) / jitterMemoryMs)
    this.#wanderedAt = now
    this.#wander = this.#wander * kept + Math.sqrt(1 - kept * kept) * normal(this.#dice.jitter)
    return Math.max(-1, Math.min(1, this.#wander / 2)) * jitterMs
  }
}

/** Draws a standard normal number, after Box and Muller (1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * log(1 - random.fraction())) * cos(2 * Math.PI * random.fraction())
}

const megabit = 125_000

/**
 * Weathers with a name; each is one direction.
 *
 * LAN       switched Ethernet, 100 Mbit/s.
 * fibre     4 ms round trip, 20 Mbit/s: WebPageTest's "FIOS" profile.
 * wifi      a busy home network before a fibre line: more than half of packets wait over 20 ms at the Wi-Fi hop, one in
 *           ten over 100 ms (Pei et al., INFOCOM 2016: "WiFi Can Be the Weakest Link of Round Trip Network Latency").
 * 4G        55 ms median round trip, widely spread (Catchpoint 2013, pings over LTE); 0.2 % loss as Loadero's profile.
 * train     4G at speed: handovers every few seconds interrupt the flow (after Wang et al. 2018, "TCP Performance over
 *           LTE on High-speed Rails"); how often and how long is our assumption.
 * terrible  1 Mbit/s, 10 % loss: Apple's "Very Bad Network", with a shorter delay and everything else as well; ours.
 */
export const presets: Readonly<Record<string, WeatherFigures>> = {
  clear,
  LAN: { ...clear, latencyMs: 0.2, jitterMs: 0.1, ...bottleneck(100 * megabit, 20) },
  fibre: { ...clear, latencyMs: 2, jitterMs: 0.5, loss: 0.0001, ...bottleneck(20 * megabit, 100) },
  wifi: {
    ...clear,
    latencyMs: 20,
    jitterMs: 18,
    loss: 0.005,
    burst: { share: 0.005, lastsMs: 20 },
    stall: { everyMs: 4000, lastsMs: 100 },
    ...bottleneck(20 * megabit, 150),
  },
  '4G': { ...clear, latencyMs: 28, jitterMs: 15, loss: 0.002, ...bottleneck(12 * megabit, 300) },
  train: {
    ...clear,
    latencyMs: 45,
    jitterMs: 30,
    loss: 0.01,
    burst: { share: 0.01, lastsMs: 60 },
    stall: { everyMs: 8000, lastsMs: 600 },
    ...bottleneck(4 * megabit, 500),
  },
  terrible: {
    ...clear,
    latencyMs: 150,
    jitterMs: 60,
    loss: 0.1,
    burst: { share: 0.02, lastsMs: 80 },
    repeat: 0.05,
    reorder: 0.3,
    reorderMs: 60,
    stall: { everyMs: 15_000, lastsMs: 800 },
    ...bottleneck(megabit, 500),
  },
}

/** Makes a bottleneck with a queue that takes `queueMs` to empty. */
function bottleneck(
  bytesPerSecond: number,
  queueMs: number,
): Pick<WeatherFigures, 'bytesPerSecond' | 'queueBytes'> {
  return { bytesPerSecond, queueBytes: Math.max(6000, (bytesPerSecond * queueMs) / 1000) }
}

const forms: readonly [
  RegExp,
  (match: RegExpMatchArray, figures: WeatherFigures) => Partial<WeatherFigures>,
][] = [
  [
    /^([\d.]+)ms(?:(?:±|\+-)([\d.]+)(?:ms)?)?$/,
    (m) => ({ latencyMs: Number(m[1]), jitterMs: Number(m[2] ?? 0) }),
  ],
  [/^loss=([\d.]+)%$/, (m) => ({ loss: share(m[1]) })],
  [
    /^burst=([\d.]+)%x([\d.]+)ms(?:\/([\d.]+)%)?$/,
    (m) => ({
      burst: {
        share: share(m[1]),
        lastsMs: Number(m[2]),
        ...(m[3] === undefined ? {} : { loss: share(m[3]) }),
      },
    }),
  ],
  [/^repeat=([\d.]+)%$/, (m) => ({ repeat: share(m[1]) })],
  [
    /^reorder=([\d.]+)%(?:\/([\d.]+)ms)?$/,
    (m, was) => ({ reorder: share(m[1]), reorderMs: m[2] === undefined ? was.reorderMs : Number(m[2]) }),
  ],
  [/^rate=([\d.]+)(k|M)B\/s$/, (m) => bottleneck(Number(m[1]) * (m[2] === 'k' ? 1e3 : 1e6), 200)],
  [/^rate=([\d.]+)(k|M)bit\/s$/, (m) => bottleneck(Number(m[1]) * (m[2] === 'k' ? 125 : 125e3), 200)],
  [/^queue=([\d.]+)kB$/, (m) => ({ queueBytes: Number(m[1]) * 1000 })],
  [/^queue=([\d.]+)ms$/, (m, was) => bottleneck(was.bytesPerSecond, Number(m[1]))],
  [
    /^stall=([\d.]+)s\/([\d.]+)ms$/,
    (m) => ({ stall: { everyMs: Number(m[1]) * 1000, lastsMs: Number(m[2]) } }),
  ],
]

/**
 * Reads weather from text: an optional preset first, then what differs from it, separated by spaces.
 *
 *     "100ms±20 loss=5% burst=2%x40ms repeat=5% reorder=30%/40ms rate=64kB/s queue=200ms stall=10s/400ms"
 *     "4G loss=5%"
 *
 * `±` may be written `+-`. A burst takes everything unless its loss follows: `burst=2%x40ms/50%`. `rate` (kB/s,
 * MB/s, kbit/s, Mbit/s; k = 1000) brings a queue of 200 ms unless `queue` follows.
 *
 * @throws OutsideError with a sentence for the one who wrote the text
 */
export function parseWeather(text: string): WeatherFigures {
  let figures = clear
  text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .forEach((word, index) => {
      const preset = Object.keys(presets).find((name) => name.toLowerCase() === word.toLowerCase())
      if (index === 0 && preset !== undefined) {
        figures = presets[preset]
        return
      }
      const form = forms.find(([pattern]) => pattern.test(word))
      if (form === undefined) throw misread(word)
      figures = { ...figures, ...form[1](word.match(form[0])!, figures) }
      const { burst, loss, repeat, reorder } = figures
      const shares = [loss, burst.share, burst.loss ?? 1, repeat, reorder]
      if (shares.some((value) => !(value <= 1)) || !(figures.bytesPerSecond > 0)) throw misread(word)
    })
  return figures
}

function share(percent: string): number {
  return Number(percent) / 100
}

function misread(word: string): OutsideError {
  return new OutsideError(
    `The weather "${word}" cannot be read. Write a preset (${Object.keys(presets).join(', ')}) and then any of: ` +
      '100ms±20 loss=5% burst=2%x40ms repeat=5% reorder=30%/40ms rate=64kB/s queue=200ms stall=10s/400ms.',
  )
}

/**
 * Makes a clock that runs wrong: returns what it shows at the true instant `now`.
 *
 * @param options `ppm`: millionths too fast, negative for too slow (a cheap quartz: within ±100); `offsetMs`: what it
 *                shows at 0
 */
export function driftedClock(options: {
  readonly ppm: number
  readonly offsetMs: number
}): (now: Instant) => Instant {
  const pace = 1 + options.ppm / 1e6
  return (now) => (now * pace + options.offsetMs) as Instant
}
