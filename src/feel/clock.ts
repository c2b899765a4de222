import { exp, type Instant } from '../core/index.ts'
import { OffsetWindow } from './offset-window.ts'
import { RecurringLateness } from './recurring-lateness.ts'

/**
 * The least interpolation delay besides the measured lateness, in ticks: news of a tick says how the one before it
 * ended.
 */
const DELAY_LEAST = 1.25
const DELAY_MOST = 20
/**
 * How long the display goes on at full speed past the last tick received, in seconds: where nothing happens, the
 * server says so five times a second [N9].
 */
const FREE_SECONDS = 0.15
/** The same where nobody moves: there the server says so twice a second. */
const STILL_FREE_SECONDS = 0.6
/** The seconds after `FREE_SECONDS` in which the display slows down to a stop. */
const RUN_OUT_SECONDS = 0.2
/** The window whose earliest packet is the measure of all others' lateness, in milliseconds. */
const WINDOW_MS = 4000
/** The largest speed change while a clock is corrected, as a share of real time. */
const SLEW = 0.05
/**
 * The largest speed change of the displayed time: faster while others are shown too late, slower while they would
 * be shown too early. A backlog after a stall is made up for within two seconds, at twice the speed at most.
 */
const SHOWN_SLEW = 0.1
const SHOWN_SLEW_MOST = 1
const MAKE_UP_MS = 800
/**
 * The error beyond which a clock is stepped and not slewed, in milliseconds: after a sleep, or with another
 * server's epoch.
 */
const STEP_MS = 1500
/**
 * The error beyond which a clock is stepped when a packet comes that much earlier than all others could, or when all
 * of a second come that much later: the path is another one, or this computer's clock was set.
 */
const OTHER_MS = 300
const OTHER_WINDOW_MS = 1000
/** The milliseconds after the first packet or a clock step in which an earlier packet corrects the clock at once. */
const SETTLING_MS = 1500
/** The milliseconds between two pictures that make what comes then, and soon after, late by this page's fault. */
const HITCH_MS = 200

/**
 * Estimates the server's tick from when its packets arrive, and decides which tick to show.
 *
 * The earliest packet of the last seconds tells most, since every later one was delayed. So the server's present is
 * known to within the clock drift of a few seconds, less the travel time of the fastest packet. The lateness of the
 * other packets decides the interpolation delay: it covers those of the last seconds but two in a hundred, without a
 * stall that stands alone, since waiting longer would not prevent the next one, and bursts of late ones that come
 * again and again. After joining, both clocks are slewed and never stepped, except after a sleep.
 */
export class TickClock {
  readonly #tickMs: number
  #freeTicks: number
  readonly #ticksPerSecond: number
  readonly #runOutTicks: number
  readonly #offsets = new OffsetWindow()
  readonly #recurring = new RecurringLateness()
  #offset = Number.NaN
  #movedAt = 0
  #firstAt = 0
  /** The least offset of the current window, and of the one before it. */
  #least = Number.POSITIVE_INFINITY
  #leastBefore = Number.POSITIVE_INFINITY
  #windowAt = 0
  /** The least offset since the last one that was near the clock's, and since when they are far from it. */
  #leastFar = Number.POSITIVE_INFINITY
  #farSince = 0
  #jitter = 0
  #heard = 0
  /** The first tick received, or the tick of the server's last known gap. */
  #began = 0
  #shown = 0
  #shownAt = 0
  /** When pictures last came on after a hitch. */
  #hitchAt = Number.NEGATIVE_INFINITY
  #isShowing = false

  constructor(ticksPerSecond: number) {
    this.#tickMs = 1000 / ticksPerSecond
    this.#ticksPerSecond = ticksPerSecond
    this.#freeTicks = FREE_SECONDS * ticksPerSecond
    this.#runOutTicks = RUN_OUT_SECONDS * ticksPerSecond
  }

  /** The mean lateness of packets, in ms. */
  get jitterMs(): number {
    return this.#jitter
  }

  /** The interpolation delay: ticks between the server's present, as received, and what is shown. */
  get delayTicks(): number {
    const late = Math.max(this.#offsets.value - this.#offset, this.#recurring.value)
    return late > 0 ? Math.min(DELAY_MOST, DELAY_LEAST + late / this.#tickMs) : DELAY_LEAST
  }

  /** The newest tick received. */
  get heard(): number {
    return this.#heard
  }

  /** Says whether nobody moves, as far as is known. */
  set isStill(isStill: boolean) {
    this.#freeTicks = (isStill ? STILL_FREE_SECONDS : FREE_SECONDS) * this.#ticksPerSecond
  }

  /** Records that a packet of `tick` arrived. */
  hear(tick: number, now: Instant): void {
    if (tick > this.#heard) this.#heard = tick
    const offset = now - tick * this.#tickMs
    const isFirst = Number.isNaN(this.#offset)
    if (isFirst) this.#began = tick
    const other = isFirst ? offset : this.#stepped(offset, now)
    if (other !== undefined) {
      this.#set(other, now)
      // After a sleep, packets that waited come at once, the latest first.
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
    this.#note(offset, now)
  }

  /** Records how late news of something that happened at `tick` arrived, whichever packet brought it. */
  hearOf(tick: number, now: Instant): void {
    if (!Number.isNaN(this.#offset)) this.#note(now - tick * this.#tickMs, now)
  }

  /**
   * Moves the clock back because the server skipped `ms` of time: from `tick` on its ticks come that much later.
   * Ignores repeats, gaps before the first tick received, and one that the clock was set for already.
   *
   * @param heard  the tick of the packet that said so, which came at `now`
   */
  leftOut(tick: number, { ms, heard, now }: { ms: number; heard: number; now: Instant }): void {
    if (Number.isNaN(this.#offset) || tick <= this.#began || !(ms > 0)) return
    this.#began = tick
    this.#recurring.forgetLast()
    if (now - heard * this.#tickMs - this.#offset < ms / 2) return
    this.#offset += ms
    this.#leastFar += ms
    this.#least += ms
    this.#leastBefore += ms
    this.#offsets.shift(ms)
  }

  /**
   * Returns the server's tick at `now`, with a fraction, as its fastest packets tell; 0 before anything was received.
   */
  tickAt(now: Instant): number {
    return Number.isNaN(this.#offset) ? 0 : (now - this.#offset) / this.#tickMs
  }

  /**
   * Returns the tick to show at `now`, with a fraction. It never runs backwards and runs at most a tenth too fast
   * or too slow, faster only to make up for a stall. While nothing is received it slows down, and stops 0.35 s past
   * the last tick received.
   */
  shownAt(now: Instant): number {
    if (Number.isNaN(this.#offset)) return 0
    const elapsed = (now - this.#shownAt) / this.#tickMs
    // Also where this computer's clock was set back.
    this.#shownAt = now
    if (elapsed <= 0 && this.#isShowing) return this.#shown
    if (elapsed * this.#tickMs > HITCH_MS) this.#hitchAt = now
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
   * Returns the tick `ticks` on from what is shown: at full speed through the free seconds, then slowing
   * exponentially to a stop.
   */
  #onwards(ticks: number): number {
    const freeUntil = this.#heard + this.#freeTicks
    const free = Math.max(0, Math.min(ticks, freeUntil - this.#shown))
    if (free === ticks) return this.#shown + ticks
    const end = freeUntil + this.#runOutTicks
    const left = end - (this.#shown + free)
    return Math.max(this.#shown, end - left * exp((free - ticks) / this.#runOutTicks))
  }

  /** Returns the offset to step to; undefined where the clock is near enough to be slewed. */
  #stepped(offset: number, now: Instant): number | undefined {
    const later = offset - this.#offset
    if (later < -OTHER_MS || later > STEP_MS) return offset
    if (later < OTHER_MS) this.#leastFar = Number.POSITIVE_INFINITY
    else {
      if (this.#leastFar === Number.POSITIVE_INFINITY) this.#farSince = now
      this.#leastFar = Math.min(this.#leastFar, offset)
      if (Math.abs(now - this.#farSince) >= OTHER_WINDOW_MS) return this.#leastFar
    }
    return undefined
  }

  /** Takes note of how late news came; of what a hitch of this page held up only for the next seconds. */
  #note(offset: number, now: Instant): void {
    this.#offsets.add(offset, now)
    const isHitch = this.#isShowing && now - this.#shownAt > HITCH_MS
    if (!isHitch && Math.abs(now - this.#hitchAt) > HITCH_MS) this.#recurring.add(offset - this.#offset, now)
  }

  #set(offset: number, now: Instant): void {
    this.#offset = offset
    this.#leastFar = Number.POSITIVE_INFINITY
    this.#least = offset
    this.#leastBefore = offset
    this.#windowAt = now
    this.#movedAt = now
    this.#offsets.clear()
    this.#offsets.add(offset, now)
  }

  /** Moves towards the least recent offset, a little for each ms that passed. */
  #slew(now: Instant): void {
    const elapsed = Math.max(0, now - this.#movedAt)
    this.#movedAt = now
    const wanted = Math.min(this.#least, this.#leastBefore)
    const off = wanted - this.#offset
    this.#offset += Math.max(-SLEW * elapsed, Math.min(SLEW * elapsed, off))
  }
}
