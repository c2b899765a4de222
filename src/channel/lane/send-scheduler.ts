import type { BitWriter } from '../../wire/index.ts'
import type { SentPacket } from '../packet/sent-packets.ts'
import type { Sender } from './sender.ts'

interface Lane {
  readonly sender: Sender
  readonly priority: number
  /** Bytes sent, divided by the priority: the lane that is furthest behind goes next. */
  passed: number
  isIdle: boolean
  isBlocked: boolean
}

/**
 * Decides who writes next: of those with something to send, the one that has sent least for its priority (stride
 * scheduling, Waldspurger and Weihl 1995). Nobody starves, and nobody saves up a claim while idle.
 */
export class SendScheduler {
  readonly #lanes: Lane[] = []
  #clock = 0

  add(sender: Sender, priority: number): void {
    this.#lanes.push({ sender, priority, passed: 0, isIdle: true, isBlocked: false })
  }

  get isWaiting(): boolean {
    for (const lane of this.#lanes) if (lane.sender.isWaiting) return true
    return false
  }

  /** Fills one packet with frames, until no more fit. */
  fill(writer: BitWriter, packet: SentPacket): void {
    for (const lane of this.#lanes) lane.isBlocked = false
    for (let lane = this.#next(); lane !== undefined; lane = this.#next()) {
      const written = lane.sender.write(writer, packet, writer.bytesMax - writer.byteLength)
      if (written === 0) lane.isBlocked = true
      else {
        this.#clock = lane.passed
        lane.passed += written / lane.priority
      }
    }
  }

  #next(): Lane | undefined {
    let best: Lane | undefined
    for (const lane of this.#lanes) {
      if (!lane.sender.isWaiting) lane.isIdle = true
      else {
        if (lane.isIdle) lane.passed = Math.max(lane.passed, this.#clock)
        lane.isIdle = false
        if (!lane.isBlocked && (best === undefined || lane.passed < best.passed)) best = lane
      }
    }
    return best
  }
}
