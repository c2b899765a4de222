import { exp, type Instant } from '../core/index.ts'
import { OffsetWindow } from './offset-window.ts'

/** Ticks of delay beside what lateness asks for: news of a tick says how the one before it ended. */
const DELAY_LEAST = 1.25
const DELAY_MOST = 20
/**
 * Seconds shown beyond the last tick heard of as if nothing were missing: where nothing happens, the server says so
 * five times a second [N9].
 */
const FREE_SECONDS = 0.15
/** Seconds beyond those into which everything runs out, slower and slower. */
const RUN_OUT_SECONDS = 0.2
/** Milliseconds in which the earliest packet says how late all others are. */
const WINDOW_MS = 4000
/** How much faster or slower a clock may run while it is put right. */
const SLEW = 0.05
/**
 * Of what is shown: faster while others are shown too late, slower while they would be shown too early. What a
 * stall has left behind is made up for faster: in a second as much as there is, at half again the speed at most.
 */
const SHOWN_SLEW = 0.1
const SHOWN_SLEW_MOST = 0.5
const MAKE_UP_MS = 800
/** Milliseconds off beyond which a clock is set: after a sleep, or another server's epoch. */
const STEP_MS = 1500
/** Milliseconds after the first packet, or after the clock was set, in which an earlier one is believed at once. */
const SETTLING_MS = 1500

/**
 * What tick it is on the server, judged by when its packets arrive, and which tick to show.
 *
 * The earliest packet of the last seconds tells most: whatever came later was delayed. So the server's present is
 * known to within the drift of a few seconds, less the time of the fastest packet. How late the others were in
 * those seconds says how far in the past everything is shown: far enough for all but two in a hundred, and a stall,
 * which does not come again for it. After joining, both clocks are slewed and never stepped, save after a sleep.
 */
export class TickClock {
  readonly #tickMs: number
  readonly #freeTicks: number
  readonly #runOutTicks: number
  readonly #offsets = new OffsetWindow()
  #offset = Number.NaN
  #movedAt = 0
  #firstAt = 0
  /** The least offset of the window that goes on, and of the one before it. */
  #least = Number.POSITIVE_INFINITY
  #leastBefore = Number.POSITIVE_INFINITY
  #windowAt = 0
  #jitter = 0
  #heard = 0
  /** The first tick heard of, or from which on the server's last gap is known. */
  #began = 0
  #shown = 0
  #shownAt = 0
  #isShowing = false

  constructor(ticksPerSecond: number) {
    this.#tickMs = 1000 / ticksPerSecond
    this.#freeTicks = FREE_SECONDS * ticksPerSecond
    this.#runOutTicks = RUN_OUT_SECONDS * ticksPerSecond
  }

  /** Mean lateness of packets, in ms. */
  get jitterMs(): number {
    return this.#jitter
  }

  /** Ticks between the server's present, as it is heard of, and what is shown. */
  get delayTicks(): number {
    const late = this.#offsets.value - this.#offset
    return late > 0 ? Math.min(DELAY_MOST, DELAY_LEAST + late / this.#tickMs) : DELAY_LEAST
  }

  /** The newest tick heard of. */
  get heard(): number {
    return this.#heard
  }

  /** A packet of `tick` arrived. */
  hear(tick: number, now: Instant): void {
    if (tick > this.#heard) this.#heard = tick
    const offset = now - tick * this.#tickMs
    const isFirst = Number.isNaN(this.#offset)
    if (isFirst) this.#began = tick
    if (isFirst || Math.abs(offset - this.#offset) > STEP_MS) {
      this.#set(offset, now)
      // After a sleep, what waited comes at once, the latest first.
      this.#firstAt = now
      return
    }
    this.#slew(now)
    if (now - this.#windowAt > WINDOW_MS) {
      this.#windowAt = now
      this.#leastBefore = this.#least
      this.#least = offset
    }
    if (offset < this.#least) this.#least = offset
    if (now - this.#firstAt < SETTLING_MS && offset < this.#offset) this.#offset = offset
    const late = Math.max(0, offset - this.#offset)
    this.#jitter += (late - this.#jitter) / 16
    this.#offsets.add(offset, now)
  }

  /** News of something that happened at `tick` arrived: how late, whatever packet brought it. */
  hearOf(tick: number, now: Instant): void {
    if (!Number.isNaN(this.#offset)) this.#offsets.add(now - tick * this.#tickMs, now)
  }

  /**
   * The server has left out so many ms of time: from `tick` on its ticks come that much later. Repeats are left at
   * that, and so is what was before the first tick heard of.
   *
   * @returns  by how many ticks the clock went back for it
   */
  leftOut(tick: number, ms: number): number {
    if (Number.isNaN(this.#offset) || tick <= this.#began || !(ms > 0)) return 0
    this.#began = tick
    this.#offset += ms
    this.#least += ms
    this.#leastBefore += ms
    this.#offsets.shift(ms)
    return ms / this.#tickMs
  }

  /** The server's tick at `now`, with a fraction, as its fastest packets tell; 0 before anything was heard. */
  tickAt(now: Instant): number {
    return Number.isNaN(this.#offset) ? 0 : (now - this.#offset) / this.#tickMs
  }

  /**
   * The tick to show at `now`, with a fraction. It never runs back, and runs at most a tenth too fast or too slow,
   * faster where a stall has left much to make up for; but where nothing is heard it slows down, and comes to rest
   * 0.35 s beyond the last tick heard of.
   */
  shownAt(now: Instant): number {
    if (Number.isNaN(this.#offset)) return 0
    const elapsed = (now - this.#shownAt) / this.#tickMs
    if (elapsed <= 0 && this.#isShowing) return this.#shown
    this.#shownAt = now
    const wanted = this.tickAt(now) - this.delayTicks
    const off = wanted - (this.#shown + elapsed)
    const isFar = !this.#isShowing || Math.abs(off) * this.#tickMs > STEP_MS
    const faster = Math.max(SHOWN_SLEW, Math.min(SHOWN_SLEW_MOST, (off * this.#tickMs) / MAKE_UP_MS))
    const slew = isFar ? off : Math.max(-SHOWN_SLEW * elapsed, Math.min(faster * elapsed, off))
    this.#isShowing = true
    if (!isFar) this.#shown = this.#onwards(elapsed + slew)
    else this.#shown = Math.max(off > 0 ? this.#shown : 0, Math.min(wanted, this.#heard + this.#freeTicks))
    return this.#shown
  }

  /**
   * So many ticks on from what is shown: at full speed as far as is free, and from there into the end, exponentially.
   */
  #onwards(ticks: number): number {
    const freeUntil = this.#heard + this.#freeTicks
    const free = Math.max(0, Math.min(ticks, freeUntil - this.#shown))
    if (free === ticks) return this.#shown + ticks
    const end = freeUntil + this.#runOutTicks
    const left = end - (this.#shown + free)
    return Math.max(this.#shown, end - left * exp((free - ticks) / this.#runOutTicks))
  }

  #set(offset: number, now: Instant): void {
    this.#offset = offset
    this.#least = offset
    this.#leastBefore = offset
    this.#windowAt = now
    this.#movedAt = now
    this.#offsets.clear()
    this.#offsets.add(offset, now)
  }

  /** Moves towards the least offset of late, a little for each ms that passed. */
  #slew(now: Instant): void {
    const elapsed = Math.max(0, now - this.#movedAt)
    this.#movedAt = now
    const wanted = Math.min(this.#least, this.#leastBefore)
    const off = wanted - this.#offset
    this.#offset += Math.max(-SLEW * elapsed, Math.min(SLEW * elapsed, off))
  }
}
