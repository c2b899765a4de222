import { encode, type Field } from '../../wire/index.ts'
import { knownKey, type PeerSaying, peerSaying, readSaying } from './peer-saying.ts'
import { beginTag, NO_INPUT, stepTag, type TagInput, type TagState, tagHash } from './tag-game.ts'
import { ToldHashes } from './told-hashes.ts'

/** How far a peer plays on without the inputs of another: a second at 60 ticks. */
export const AHEAD_TICKS_MAX = 60
/** The most ticks of delay, and the most inputs of one packet: all that can be unanswered. */
const DELAY_TICKS_MAX = 10
export const INPUTS_MAX = 2 * AHEAD_TICKS_MAX + DELAY_TICKS_MAX
/** How often a peer tells the hash of a tick of which it knows all inputs, in ticks. */
export const HASH_EVERY_TICKS = 30
/** In how many packets it tells it: one of them may be lost. */
const HASH_PACKETS = 2

/** The hash of one tick of which all inputs are known. */
export interface Confirmed {
  readonly tick: number
  readonly hash: string
}

/** What a packet changed at the machine that took it. */
export interface PeerChange {
  /** How many inputs in it were not known before. */
  readonly inputs: number
  /** How many ticks were played again, for what was guessed wrong. */
  readonly replayedTicks: number
  /** Of how many more ticks all inputs are known. */
  readonly confirmedTicks: number
  /** Of how many more of the own inputs it is known that they have come. */
  readonly answeredTicks: number
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
  /** The last hashes that it confirmed. */
  readonly confirmed: Confirmed[] = []
  /** Its own hashes and those that others told. */
  readonly told = new ToldHashes()
  readonly #delayTicks: number
  /** The inputs of each player by tick, as far as they are known. */
  readonly #inputs: Map<number, TagInput>[]
  readonly #newest: number[]
  /** Up to which tick each of the others is known to have the own inputs. */
  readonly #answered: number[]
  /** The states at the beginning of ticks, from the confirmed one on. */
  readonly #states = new Map<number, TagState>()
  readonly #message: Field<PeerSaying>
  /** The last of the own hashes, and in how many packets it is still told. */
  #toTell: PeerSaying['confirmed']
  #tellings = 0

  constructor({ index, count, delayTicks }: RollbackPeerOptions) {
    this.index = index
    this.count = count
    this.#delayTicks = Math.min(DELAY_TICKS_MAX, delayTicks)
    this.#message = peerSaying(count, INPUTS_MAX)
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

  /** Takes a packet of another peer. @returns what it changed; undefined for bytes that are none */
  receive(packet: Uint8Array): PeerChange | undefined {
    return this.take(readSaying(this.#message, packet))
  }

  /** The same for a packet that has been read: many machines in one process need not read the same bytes each. */
  take(said: PeerSaying | undefined): PeerChange | undefined {
    if (said === undefined || said.from >= this.count || said.from === this.index) return undefined
    const { from, newest, inputs, confirmed, known } = said
    const [confirmedBefore, answeredBefore, replayedBefore] = [
      this.confirmedTick,
      this.#answered[from],
      this.counts.replayedTicks,
    ]
    const answer = Math.min(known[knownKey(this.index)], this.#newest[this.index])
    this.#answered[from] = Math.max(answeredBefore, answer)
    if (confirmed) this.told.tell(from, confirmed.tick, confirmed.hash)
    let isNew = 0
    let wrong = Number.POSITIVE_INFINITY
    for (let i = 0; i < inputs.length; i++) {
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
      isNew++
    }
    while (this.#inputs[from].has(this.#newest[from] + 1)) this.#newest[from]++
    if (wrong <= this.state.tick) this.#goBack(wrong)
    this.#confirm()
    return {
      inputs: isNew,
      replayedTicks: this.counts.replayedTicks - replayedBefore,
      confirmedTicks: this.confirmedTick - confirmedBefore,
      answeredTicks: this.#answered[from] - answeredBefore,
    }
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
        const hash = tagHash(state)
        this.confirmed.push({ tick, hash })
        if (this.confirmed.length > 64) this.confirmed.shift()
        this.#toTell = { tick, hash: BigInt(`0x${hash}`) }
        this.#tellings = HASH_PACKETS
        this.told.tell(this.index, tick, this.#toTell.hash)
      }
      this.#states.delete(tick - 1)
      for (const [player, inputs] of this.#inputs.entries())
        if (player !== this.index) inputs.delete(tick - 1)
    }
  }

  #packet(): Uint8Array {
    const newest = this.#newest[this.index]
    const inputs = this.#inputs[this.index]
    const answered = Math.min(...this.#answered.filter((_, player) => player !== this.index))
    for (const tick of inputs.keys())
      if (tick <= Math.min(answered, this.confirmedTick - 1)) inputs.delete(tick)
    const count = Math.min(INPUTS_MAX, newest - answered)
    const told: TagInput[] = []
    for (let i = 0; i < count; i++) told.push(inputs.get(newest - i) ?? NO_INPUT)
    const known: Record<string, number> = {}
    for (let player = 0; player < this.count; player++) known[knownKey(player)] = this.#newest[player]
    const confirmed = this.#tellings > 0 ? this.#toTell : undefined
    if (confirmed) this.#tellings--
    return encode(this.#message, { from: this.index, newest, inputs: told, confirmed, known }).slice()
  }
}

function isSame(a: TagInput, b: TagInput): boolean {
  return a.east === b.east && a.north === b.north
}
