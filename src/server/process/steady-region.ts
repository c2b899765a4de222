import type { Instant } from '../../core/index.ts'
import { RemoteRegion } from '../../gateway/index.ts'
import type {
  BytePipe,
  CharacterFacts,
  Down,
  RegionLink,
  RegionListener,
  Up,
} from '../../region/message/index.ts'
import type { Source } from '../../replication/index.ts'
import type { AnyGame } from '../../world/index.ts'

/** A player that the gateway has brought in, as it was asked for. */
interface Guest {
  enter: Up & { readonly is: 'enter' }
  /** `asked`: the region has not answered yet; `out`: it has to be brought in again. */
  state: 'asked' | 'in' | 'out'
  /** Whether the gateway has had its answer: what comes after that is a move. */
  isWelcome: boolean
  isAway: boolean
}

/** One region process, while it has the world. */
interface Term {
  readonly remote: RemoteRegion
  /** The gateway's number for each of its worlds, and back. */
  readonly outer: Map<number, number>
  readonly inner: Map<number, number>
  /** The last tick heard of each world, by the gateway's number. */
  readonly ticks: Map<number, number>
}

export interface SteadyRegionOptions {
  readonly game: AnyGame
  /** Reads how a kept character is by now; undefined when its lease is no longer ours. */
  readonly read: (character: CharacterFacts) => Promise<CharacterFacts | undefined>
  /** Gives up the lease of a kept character that left while no process had the world. */
  readonly release: (character: CharacterFacts) => void
}

const LOST = { code: 'taken-over', reason: 'Your character is elsewhere now.' } as const
const MOVED = { sorry: 'The world was moved to another process just now; ask again.' }

/**
 * The world as its gateway sees it, whichever process has it. When that dies nobody is disconnected: the players stand
 * still until another has the world, are brought in there as they were last saved, and go on.
 *
 *     joined --lost--> waiting --join another--> everybody enters again --> moved
 */
export class SteadyRegion implements RegionLink {
  readonly #options: SteadyRegionOptions
  readonly #guests = new Map<number, Guest>()
  /** Sessions that leave, until the region has saved them. */
  readonly #leaving = new Map<number, CharacterFacts | undefined>()
  readonly #asks = new Set<number>()
  #term: Term | undefined
  /** What went before: its worlds are shown until the players are in those of the next. */
  readonly #past = new Set<Term>()
  #worlds = 0
  #listener: RegionListener | undefined
  /** How often the players were brought in anew. */
  moves = 0

  constructor(options: SteadyRegionOptions) {
    this.#options = options
  }

  get isJoined(): boolean {
    return this.#term !== undefined
  }

  open(listener: RegionListener): void {
    this.#listener = listener
  }

  /** Joins the process that has the world now; its packets go to `take`. */
  join(pipe: BytePipe, now: Instant): (packet: Uint8Array) => void {
    this.lost()
    const remote = new RemoteRegion(this.#options.game, pipe)
    const term: Term = { remote, outer: new Map(), inner: new Map(), ticks: new Map() }
    this.#term = term
    remote.open({ receive: (message) => this.#receive(term, message) })
    for (const [session, guest] of this.#guests) {
      guest.state = 'out'
      void this.#bringIn(term, session, guest, now)
    }
    return (packet) => {
      if (this.#term === term) remote.take(packet)
    }
  }

  /** Notes that the process is gone. */
  lost(): void {
    const term = this.#term
    if (!term) return
    this.#term = undefined
    this.#past.add(term)
    for (const ask of this.#asks) this.#listener?.receive({ is: 'reply', ask, answer: MOVED })
    this.#asks.clear()
    // Whatever of them was not saved is lost with the process.
    const leaving = [...this.#leaving]
    this.#leaving.clear()
    for (const [session, character] of leaving) this.#leftAlone(session, character)
    for (const guest of this.#guests.values()) guest.state = 'out'
    this.#closePast()
  }

  send(message: Up, now: Instant): void {
    const term = this.#term
    if (message.is === 'enter') {
      const guest: Guest = { enter: message, state: 'out', isWelcome: false, isAway: false }
      this.#guests.set(message.session, guest)
      if (term) this.#enter(term, message.session, guest, now)
      return
    }
    const guest = this.#guests.get(message.session)
    if (message.is === 'leave') {
      this.#guests.delete(message.session)
      const character = guest?.enter.character
      if (term && guest?.state !== 'out') this.#leaving.set(message.session, character)
      else this.#leftAlone(message.session, character)
    } else if (!guest) return
    else if (message.is === 'away') guest.isAway = true
    else if (message.is === 'speak') guest.isAway = false
    else if (message.is === 'account') guest.enter = { ...guest.enter, account: message.account }
    else if (message.is === 'ask') {
      if (!term || guest.state !== 'in') {
        this.#listener?.receive({ is: 'reply', ask: message.ask, answer: MOVED })
        return
      }
      this.#asks.add(message.ask)
    }
    if (!term || guest?.state === 'out') return
    if (message.is === 'commands' || message.is === 'intend') {
      const instance = term.inner.get(message.instance)
      if (instance !== undefined) term.remote.send({ ...message, instance }, now)
    } else term.remote.send(message, now)
  }

  source(instance: number): Source | undefined {
    for (const term of [this.#term, ...this.#past]) {
      const inner = term?.inner.get(instance)
      if (inner !== undefined) return term?.remote.source(inner)
    }
    return undefined
  }

  find(hash: string): Uint8Array | undefined {
    for (const term of [this.#term, ...this.#past]) {
      const found = term?.remote.find(hash)
      if (found) return found
    }
    return undefined
  }

  #enter(term: Term, session: number, guest: Guest, now: Instant): void {
    guest.state = 'asked'
    term.remote.send(guest.enter, now)
    if (guest.isAway) term.remote.send({ is: 'away', session }, now)
  }

  /** Brings a player in again, as the character is kept by now. */
  async #bringIn(term: Term, session: number, guest: Guest, now: Instant): Promise<void> {
    const { character } = guest.enter
    const read = character && (await this.#options.read(character).catch(() => undefined))
    if (this.#term !== term || this.#guests.get(session) !== guest || guest.state !== 'out') return
    if (character && !read) {
      this.#guests.delete(session)
      this.#listener?.receive({ is: 'ended', session, ...LOST })
      return
    }
    guest.enter = { ...guest.enter, character: read }
    this.#enter(term, session, guest, now)
  }

  /** Lets go of a player whom no process has. */
  #leftAlone(session: number, character: CharacterFacts | undefined): void {
    if (character) this.#options.release(character)
    this.#listener?.receive({ is: 'gone', session })
  }

  #receive(term: Term, message: Down): void {
    if (this.#term !== term) return
    const listener = this.#listener
    if (message.is === 'opened') {
      const instance = this.#outerOf(term, message.world.instance)
      term.ticks.set(instance, message.tick)
      listener?.receive({ ...message, world: { ...message.world, instance } })
    } else if (message.is === 'map') {
      const instance = this.#outerOf(term, message.world.instance)
      listener?.receive({ ...message, world: { ...message.world, instance } })
    } else if (message.is === 'closed') {
      const instance = this.#outerOf(term, message.instance)
      term.outer.delete(message.instance)
      term.inner.delete(instance)
      listener?.receive({ ...message, instance })
    } else if (message.is === 'tick') {
      message.instance = this.#outerOf(term, message.instance)
      term.ticks.set(message.instance, message.tick)
      listener?.receive(message)
    } else if (message.is === 'moved')
      listener?.receive({ ...message, instance: this.#outerOf(term, message.instance) })
    else if (message.is === 'entered') this.#entered(term, message)
    else if (message.is === 'refused') this.#refused(message)
    else {
      if (message.is === 'reply') this.#asks.delete(message.ask)
      else if (message.is === 'gone') this.#leaving.delete(message.session)
      else if (message.is === 'ended') this.#guests.delete(message.session)
      listener?.receive(message)
    }
  }

  #entered(term: Term, message: Down & { is: 'entered' }): void {
    const instance = this.#outerOf(term, message.instance)
    const guest = this.#guests.get(message.session)
    if (guest) guest.state = 'in'
    if (!guest?.isWelcome) {
      if (guest) guest.isWelcome = true
      this.#listener?.receive({ ...message, instance })
      return
    }
    this.moves++
    const tick = term.ticks.get(instance) ?? 0
    this.#listener?.receive({ is: 'moved', session: message.session, instance, tick })
    this.#closePast()
  }

  #refused(message: Down & { is: 'refused' }): void {
    const guest = this.#guests.get(message.session)
    this.#guests.delete(message.session)
    if (!guest?.isWelcome) this.#listener?.receive(message)
    else this.#listener?.receive({ ...message, is: 'ended' })
    this.#closePast()
  }

  /** Closes the worlds of processes that are gone, once nobody looks at them. */
  #closePast(): void {
    if (!this.#term) return
    for (const { state, isWelcome } of this.#guests.values()) if (isWelcome && state !== 'in') return
    for (const term of this.#past)
      for (const instance of term.inner.keys()) this.#listener?.receive({ is: 'closed', instance })
    this.#past.clear()
  }

  #outerOf(term: Term, instance: number): number {
    const known = term.outer.get(instance)
    if (known !== undefined) return known
    const outer = ++this.#worlds
    term.outer.set(instance, outer)
    term.inner.set(outer, instance)
    return outer
  }
}
