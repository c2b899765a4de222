import type { EntityId } from '../../world/index.ts'
import type { TopicKey } from '../ledger/topic.ts'

/** The most packets of unknown fate. A view with so many waits. */
export const FLIGHT_MAX = 256
/** How many packets' fates count for the loss share. */
const FATES = 128
/** Within how many packets an advance that is told twice is told again. */
const AGAIN_WITHIN = 4

/** One advance in a packet. */
export interface SentAdvance {
  /** The row of the view's progress, by its serial number. */
  serial: number
  /** The advance leads from this tick ... */
  from: number
  /** ... to this one. */
  to: number
  isStructural: boolean
}

/** What a packet under way said. Reused once its fate is settled. */
export class Sent {
  number = 0
  tick = 0
  fate: 'open' | 'acknowledged' | 'lost' = 'open'
  readonly statics: EntityId[] = []
  readonly unfollowed: TopicKey[] = []
  readonly #advances: SentAdvance[] = []
  #count = 0

  begin(number: number, tick: number): void {
    this.number = number
    this.tick = tick
    this.fate = 'open'
    this.statics.length = 0
    this.unfollowed.length = 0
    this.#count = 0
  }

  note(serial: number, from: number, to: number, isStructural: boolean): void {
    const advance = this.#advances[this.#count]
    if (advance) Object.assign(advance, { serial, from, to, isStructural })
    else this.#advances.push({ serial, from, to, isStructural })
    this.#count++
  }

  get count(): number {
    return this.#count
  }

  advance(at: number): SentAdvance {
    return this.#advances[at]
  }
}

/** The packets of unknown fate, in the order they were sent. */
export class Flight {
  readonly #sent: Sent[] = []
  readonly #spare: Sent[] = []

  /** The share of packets lost lately. */
  lossShare = 0

  get isFull(): boolean {
    return this.#sent.length >= FLIGHT_MAX
  }

  get length(): number {
    return this.#sent.length
  }

  /** Returns the record of the next packet; it counts once it is pushed. */
  draft(number: number, tick: number): Sent {
    if (this.#spare.length === 0) this.#spare.push(new Sent())
    const sent = this.#spare[this.#spare.length - 1]
    sent.begin(number, tick)
    return sent
  }

  /** Pushes the draft: it was sent. */
  push(): void {
    this.#sent.push(this.#spare.pop() as Sent)
  }

  settle(number: number, fate: 'acknowledged' | 'lost'): void {
    for (let i = 0; i < this.#sent.length; i++) {
      const sent = this.#sent[i]
      if (sent.number === number && sent.fate === 'open') {
        sent.fate = fate
        this.lossShare += ((fate === 'lost' ? 1 : 0) - this.lossShare) / FATES
      }
    }
  }

  /**
   * Returns whether a packet still under way, or known to have arrived, tells of a row everything after
   * `ackedUntil`. Checks the next few of those that follow the one taken out last.
   */
  tellsAgain(serial: number, ackedUntil: number): boolean {
    for (let i = 0; i < Math.min(AGAIN_WITHIN, this.#sent.length); i++) {
      const sent = this.#sent[i]
      if (sent.fate === 'lost') continue
      for (let j = 0; j < sent.count; j++) {
        const advance = sent.advance(j)
        if (advance.serial === serial && advance.from <= ackedUntil) return true
      }
    }
    return false
  }

  /**
   * Takes out the oldest packet if its fate is known. In the order they were sent: what one proves depends on those
   * before it. Read it before the next draft.
   */
  next(): Sent | undefined {
    if (this.#sent.length === 0 || this.#sent[0].fate === 'open') return undefined
    const sent = this.#sent.shift() as Sent
    this.#spare.push(sent)
    return sent
  }

  /** Marks every packet of unknown fate as lost. */
  loseAll(): void {
    for (const sent of this.#sent) if (sent.fate === 'open') sent.fate = 'lost'
  }

  clear(): void {
    for (const sent of this.#sent) this.#spare.push(sent)
    this.#sent.length = 0
  }
}
