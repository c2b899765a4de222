import type { Instant } from '../../core/index.ts'
import type { ServerPace } from '../../dialect/native/index.ts'

/** The cause of a stutter. */
export type StutterCause = 'server' | 'network' | 'frame'

/** A stutter: the picture did not go on as it should. */
export interface Stutter {
  /** The time at which it ended, in ms of the client's clock. */
  readonly at: number
  readonly ms: number
  readonly cause: StutterCause
  /** The evidence for the cause, in a sentence. */
  readonly evidence: string
}

/** The least frame time that is a stutter, however slow frames usually are, in milliseconds. */
const FRAME_MS = 50
/** How many times the usual frame time it must also be. */
const FRAME_TIMES = 3
/**
 * The shares of real time below which the picture counts as standing still, and above which as going on.
 */
const SLOW_SHARE = 0.5
const GOING_SHARE = 0.75
/** How long it must stand still to be noticed, in milliseconds. */
const SLOW_MS = 60
/** The share of a stutter that the server's lateness has to explain. */
const EXPLAINED = 0.5
/** How long to wait for the server's word on it, in milliseconds: it comes with the answer to the next ping. */
const WORD_MS = 2500
const KEPT = 32

/**
 * Finds the cause of every stutter: the server's tick, the network, or this client's own frames.
 *
 *     frame(now, shown)  pictures that come too seldom are the client's own
 *                        what is shown stands still: no news came. The server says whether its ticks were late; else
 *                        they were made in time and did not arrive, which is the network
 */
export class StutterMonitor {
  /** The last stutters, newest last. */
  readonly stutters: Stutter[] = []
  readonly counts: Record<StutterCause, number> = { server: 0, network: 0, frame: 0 }
  #tickMs: number
  #frameAt: number | undefined
  #usualMs = 1000 / 60
  #shown = 0
  #slowMs = 0
  #newsAt = 0
  /** The longest time without news since the picture began to stand still. */
  #gapMs = 0
  #open: { readonly ms: number; readonly endedAt: number; readonly gapMs: number } | undefined

  constructor(ticksPerSecond: number) {
    this.#tickMs = 1000 / ticksPerSecond
  }

  /** Sets the world's tick rate from here on. */
  set ticksPerSecond(ticksPerSecond: number) {
    this.#tickMs = 1000 / ticksPerSecond
  }

  /** Records that news of a tick came. */
  heard(now: Instant): void {
    this.#gapMs = Math.max(this.#gapMs, now - this.#newsAt)
    this.#newsAt = now
  }

  /** Records a drawn frame, which shows the world as it was at tick `shown`. */
  frame(now: Instant, shown: number): void {
    const elapsed = this.#frameAt === undefined ? 0 : now - this.#frameAt
    const ticks = shown - this.#shown
    this.#frameAt = now
    this.#shown = shown
    if (elapsed <= 0) return
    if (this.#open && now - this.#open.endedAt > WORD_MS) this.#decide(now, undefined)
    if (elapsed > FRAME_MS && elapsed > FRAME_TIMES * this.#usualMs) {
      const usual = Math.round(this.#usualMs)
      const evidence = `No picture was drawn for ${Math.round(elapsed)} ms; usually there is one every ${usual} ms.`
      this.#tell({ at: now, ms: elapsed, cause: 'frame', evidence })
      // The world's progress after such a gap says nothing about the network.
      this.#slowMs = 0
      return
    }
    this.#usualMs += (elapsed - this.#usualMs) / 32
    const share = (ticks * this.#tickMs) / elapsed
    if (share < SLOW_SHARE) this.#slowMs += elapsed
    else if (share >= GOING_SHARE) this.#end(now)
  }

  /** Takes the server's report of its ticks' timing. */
  ponged(pace: ServerPace, now: Instant): void {
    if (this.#open) this.#decide(now, pace)
  }

  /** Starts another session, or none: a picture that stands still now is no stutter. */
  restart(now: Instant): void {
    this.#frameAt = undefined
    this.#slowMs = 0
    this.#gapMs = 0
    this.#newsAt = now
    this.#open = undefined
  }

  #end(now: number): void {
    const ms = this.#slowMs
    this.#slowMs = 0
    if (ms < SLOW_MS) {
      this.#gapMs = 0
      return
    }
    // Merge a second stutter before the server's report with the first.
    const before = this.#open
    const gapMs = Math.max(this.#gapMs, before?.gapMs ?? 0)
    this.#open = { ms: ms + (before?.ms ?? 0), endedAt: now, gapMs }
    this.#gapMs = 0
  }

  #decide(now: number, pace: ServerPace | undefined): void {
    const { ms, gapMs } = this.#open as { ms: number; gapMs: number }
    this.#open = undefined
    const late = pace === undefined ? 0 : Math.max(pace.lateMs, pace.worstMs)
    if (late >= EXPLAINED * ms) {
      const evidence = `The server's ticks were late by up to ${Math.round(late)} ms; the longest took ${Math.round(pace?.worstMs ?? 0)} ms.`
      this.#tell({ at: now, ms, cause: 'server', evidence })
      return
    }
    const server =
      pace === undefined
        ? 'and the server could not be asked'
        : `while the server's ticks were late by ${Math.round(late)} ms at most`
    const evidence = `Nothing came for ${Math.round(gapMs)} ms, ${server}.`
    this.#tell({ at: now, ms, cause: 'network', evidence })
  }

  #tell(stutter: Stutter): void {
    this.counts[stutter.cause]++
    this.stutters.push(stutter)
    if (this.stutters.length > KEPT) this.stutters.shift()
  }
}
