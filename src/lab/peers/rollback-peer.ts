import { BitReader, BitWriter } from '../../wire/index.ts'
import { beginTag, NO_INPUT, stepTag, type TagInput, type TagState, tagHash } from './tag-game.ts'

/** How far a peer plays on without the inputs of another: a second at 60 ticks. */
export const AHEAD_TICKS_MAX = 60
/** The most ticks of delay, and the most inputs of one packet: all that can be unanswered. */
const DELAY_TICKS_MAX = 10
const INPUTS_MAX = 2 * AHEAD_TICKS_MAX + DELAY_TICKS_MAX
/** How often a peer tells the hash of a tick of which it knows all inputs, in ticks. */
export const HASH_EVERY_TICKS = 30
const PACKET_BYTES_MAX = 256

/** The hash of one tick of which all inputs are known. */
export interface Confirmed {
  readonly tick: number
  readonly hash: string
}

export interface RollbackPeerOptions {
  readonly index: number
  readonly count: number
  /** By how many ticks the own input waits before it counts: fewer rollbacks for a slower hand. */
  readonly delayTicks: number
}

/**
 * One player's machine in a game without a server: it knows its own input, guesses that of others (they go on as they
 * did), and when it hears otherwise goes back to that tick and plays it again.
 *
 *     tick(input) -> packet for all others;  receive(packet) -> back to where the guess was wrong, and forward again
 *
 * A packet has all of its inputs that somebody may not have, and how far it has those of each other.
 *
 * Source: Tony Cannon, "GGPO" (2006), the rollback technique; the code is our own.
 */
export class RollbackPeer {
  readonly index: number
  readonly count: number
  /** The state shown: predicted beyond `confirmedTick`. */
  state: TagState
  /** Up to this tick the inputs of all are known. */
  confirmedTick = 0
  /** How often it went back, by how many ticks in all and at most, and how often it had to wait for somebody. */
  readonly counts = { rollbacks: 0, replayedTicks: 0, longestTicks: 0, waits: 0 }
  /** The last hashes that it confirmed, and those that others told, by tick and peer. */
  readonly confirmed: Confirmed[] = []
  readonly #delayTicks: number
  /** The inputs of each player by tick, as far as they are known. */
  readonly #inputs: Map<number, TagInput>[]
  readonly #newest: number[]
  /** Up to which tick each of the others is known to have the own inputs. */
  readonly #answered: number[]
  /** The states at the beginning of ticks, from the confirmed one on. */
  readonly #states = new Map<number, TagState>()

  constructor({ index, count, delayTicks }: RollbackPeerOptions) {
    this.index = index
    this.count = count
    this.#delayTicks = Math.min(DELAY_TICKS_MAX, delayTicks)
    this.state = beginTag(count)
    this.#states.set(0, this.state)
    this.#inputs = Array.from({ length: count }, () => new Map<number, TagInput>())
    this.#newest = Array.from({ length: count }, () => delayTicks)
    this.#answered = Array.from({ length: count }, () => delayTicks)
    // Nobody has pressed anything before the delay is over.
    for (const inputs of this.#inputs)
      for (let tick = 1; tick <= delayTicks; tick++) inputs.set(tick, NO_INPUT)
  }

  /**
   * Plays one tick with the player's own input.
   *
   * @returns the packet to send to everybody else; undefined when it has to wait for somebody's inputs
   */
  tick(input: TagInput): Uint8Array | undefined {
    const tick = this.state.tick + 1
    if (tick - this.confirmedTick > AHEAD_TICKS_MAX) {
      this.counts.waits++
      return this.#packet()
    }
    const own = tick + this.#delayTicks
    this.#inputs[this.index].set(own, input)
    this.#newest[this.index] = own
    this.#play(tick)
    this.#confirm()
    return this.#packet()
  }

  /** Takes a packet of another peer. @returns whether it was one */
  receive(packet: Uint8Array): boolean {
    const reader = new BitReader().reset(packet)
    const from = reader.bits(8)
    const newest = reader.varint()
    const count = reader.bits(8)
    if (reader.isBroken || from >= this.count || from === this.index || count > INPUTS_MAX) return false
    const inputs: TagInput[] = []
    for (let i = 0; i < count; i++) inputs.push({ east: reader.bits(2) - 1, north: reader.bits(2) - 1 })
    const answers = Array.from({ length: this.count }, () => reader.varint())
    if (reader.isBroken || inputs.some(({ east, north }) => east > 1 || north > 1)) return false
    this.#answered[from] = Math.max(
      this.#answered[from],
      Math.min(answers[this.index], this.#newest[this.index]),
    )
    let wrong = Number.POSITIVE_INFINITY
    for (let i = 0; i < count; i++) {
      const tick = newest - i
      const input = inputs[i]
      if (
        tick < 1 ||
        tick > this.confirmedTick + INPUTS_MAX ||
        this.#inputs[from].has(tick) ||
        tick <= this.confirmedTick
      )
        continue
      if (tick <= this.state.tick && !isSame(input, this.#guess(from, tick))) wrong = Math.min(wrong, tick)
      this.#inputs[from].set(tick, input)
    }
    while (this.#inputs[from].has(this.#newest[from] + 1)) this.#newest[from]++
    if (wrong <= this.state.tick) this.#goBack(wrong)
    this.#confirm()
    return true
  }

  /** Changes the own machine's state and tells nobody: what a cheat does, and every other machine notices. */
  cheat(): void {
    const { index } = this
    const moved = { ...this.state, x: this.state.x.map((at, i) => (i === index ? (at + 300) % 1024 : at)) }
    this.state = moved
    // The states it would go back to are bent as well, or its next rollback would undo it.
    for (const [tick, state] of this.#states)
      this.#states.set(tick, { ...state, x: state.x.map((at, i) => (i === index ? (at + 300) % 1024 : at)) })
  }

  #goBack(tick: number): void {
    const until = this.state.tick
    this.state = this.#states.get(tick - 1) as TagState
    const replayed = until - tick + 1
    this.counts.rollbacks++
    this.counts.replayedTicks += replayed
    this.counts.longestTicks = Math.max(this.counts.longestTicks, replayed)
    for (let again = tick; again <= until; again++) this.#play(again)
  }

  #play(tick: number): void {
    const inputs: TagInput[] = []
    for (let player = 0; player < this.count; player++) inputs.push(this.#guess(player, tick))
    this.state = stepTag(this.state, inputs)
    this.#states.set(tick, this.state)
  }

  /** Returns a player's input at a tick; where it is not known, the last one before. */
  #guess(player: number, tick: number): TagInput {
    const inputs = this.#inputs[player]
    return inputs.get(tick) ?? inputs.get(Math.min(tick, this.#newest[player])) ?? NO_INPUT
  }

  /** Notes the ticks of which all inputs are known by now, and forgets what lies before them. */
  #confirm(): void {
    const known = Math.min(this.state.tick, ...this.#newest)
    while (this.confirmedTick < known) {
      const tick = ++this.confirmedTick
      const state = this.#states.get(tick) as TagState
      if (tick % HASH_EVERY_TICKS === 0) {
        this.confirmed.push({ tick, hash: tagHash(state) })
        if (this.confirmed.length > 64) this.confirmed.shift()
      }
      this.#states.delete(tick - 1)
      for (const [player, inputs] of this.#inputs.entries())
        if (player !== this.index) inputs.delete(tick - 1)
    }
  }

  #packet(): Uint8Array {
    const writer = new BitWriter(PACKET_BYTES_MAX)
    const newest = this.#newest[this.index]
    const inputs = this.#inputs[this.index]
    const answered = Math.min(...this.#answered.filter((_, player) => player !== this.index))
    for (const tick of inputs.keys())
      if (tick <= Math.min(answered, this.confirmedTick - 1)) inputs.delete(tick)
    const count = Math.min(INPUTS_MAX, newest - answered)
    writer.bits(this.index, 8)
    writer.varint(newest)
    writer.bits(count, 8)
    for (let i = 0; i < count; i++) {
      const { east, north } = inputs.get(newest - i) ?? NO_INPUT
      writer.bits(east + 1, 2)
      writer.bits(north + 1, 2)
    }
    for (const known of this.#newest) writer.varint(known)
    return writer.finish().slice()
  }
}

function isSame(a: TagInput, b: TagInput): boolean {
  return a.east === b.east && a.north === b.north
}
