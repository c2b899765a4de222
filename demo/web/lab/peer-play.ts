import { PEER_TICKS_PER_SECOND, PeerRun, type PeerRunOptions } from 'shardless/lab'

const TICK_MS = 1000 / PEER_TICKS_PER_SECOND
/** How long one turn of simulating may take before the page draws again, in ms. */
const TURN_MS = 8

/** Something done by hand to a game of peers. */
interface Done {
  readonly at: number
  readonly do: (run: PeerRun) => void
}

/**
 * Plays a game between players' own machines by the page's clock, as `Runner` plays one with a server: at any speed,
 * step by step, back, and beside a second one in other weather.
 */
export class PeerPlay {
  run: PeerRun
  /** The second game, beside the first; undefined without one. */
  fork: PeerRun | undefined
  /** What is drawn, in ms of the game. */
  shownAt = 0
  speed = 1
  isPlaying = true
  readonly options: PeerRunOptions
  /** What was done by hand, to the first game and to the second, in the order of time. */
  readonly #done: Done[] = []
  #forkDone: readonly Done[] = []
  #lastFrame: number | undefined
  /** How far the game was played: from there on nobody knows it. */
  #furthest = 0

  constructor(options: PeerRunOptions) {
    this.options = options
    this.run = new PeerRun(options)
  }

  /** How far the game has been played, in ms. */
  get now(): number {
    return Math.max(this.#furthest, this.run.now)
  }

  /** Moves time on for one frame. */
  frame(now: number): void {
    const passed = this.#lastFrame === undefined ? 0 : Math.min(100, now - this.#lastFrame)
    this.#lastFrame = now
    if (this.isPlaying) this.shownAt += passed * this.speed
    const end = performance.now() + TURN_MS
    while (this.#lagging && performance.now() < end) this.#advance(TICK_MS)
    // A page that cannot keep up plays slower.
    if (this.isPlaying && this.#lagging)
      this.shownAt = Math.max(this.run.now, this.shownAt - passed * this.speed)
    this.#furthest = Math.max(this.#furthest, this.run.now)
  }

  /** Shows the end of the next tick, and stands still. */
  step(): void {
    this.isPlaying = false
    this.shownAt = (Math.floor(this.shownAt / TICK_MS + 1e-6) + 1) * TICK_MS
  }

  /** Shows another moment: one that is over is played again from the seed. */
  seek(ms: number): void {
    this.shownAt = ms
    if (ms >= this.run.now) return
    this.run = new PeerRun(this.options)
    if (this.fork) this.fork = new PeerRun(this.options)
  }

  /** Goes on from the shown moment: what was done by hand after it has not happened. */
  rewind(): void {
    const at = this.shownAt
    this.#done.splice(0, this.#done.length, ...this.#done.filter((one) => one.at <= at))
    this.fork = undefined
    this.#furthest = at
    this.seek(at)
  }

  /** Begins a second game beside the first: the same up to the shown moment, then in this weather. */
  split(weather: string): void {
    const at = this.shownAt
    this.#forkDone = [
      ...this.#done.filter((one) => one.at <= at),
      { at, do: (run) => run.setWeather([weather]) },
    ]
    this.fork = new PeerRun(this.options)
  }

  /** Has a player's machine cheat now. */
  cheat(player: number): void {
    const done: Done = { at: this.run.now, do: (run) => run.peers[player].cheat() }
    this.#done.push(done)
    done.do(this.run)
  }

  get #lagging(): boolean {
    const { shownAt } = this
    return (
      this.run.now + TICK_MS <= shownAt || (this.fork !== undefined && this.fork.now + TICK_MS <= shownAt)
    )
  }

  #advance(ms: number): void {
    const { run, fork } = this
    if (run.now + TICK_MS <= this.shownAt) advanceDoing(run, this.#done, ms)
    if (fork && fork.now + TICK_MS <= this.shownAt) advanceDoing(fork, this.#forkDone, ms)
  }
}

/** Plays on, and does on the way what was done by hand when it was there before. */
function advanceDoing(run: PeerRun, done: readonly Done[], ms: number): void {
  const from = run.now
  run.advance(from + ms + 1e-6)
  for (const one of done) if (one.at > from && one.at <= run.now) one.do(run)
}
