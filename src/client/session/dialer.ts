import { after, FOREVER, type Instant, type Random } from '../../core/index.ts'
import type { Link } from '../../transport/index.ts'
import type { GameMistake } from '../../world/index.ts'
import { Backoff } from './backoff.ts'
import { TrafficMeter } from './traffic-meter.ts'

/** Milliseconds of silence after which a connection counts as lost. The server answers a ping a second. */
const SILENCE_MS = 5000
const SILENT = 'Nothing was heard from the server.'

/** What a client needs of the world outside: links and dice. */
export interface Surroundings {
  /** Opens a link; rejects with a sentence when it cannot. */
  openLink(): Promise<Link>
  now(): Instant
  readonly random: Random
  /** Tells of the program's own mistakes where it does not listen to them itself; nobody is told when left out. */
  readonly report?: (mistake: GameMistake) => void
}

interface DialerListener {
  /** There is a link: what is sent now is the first that goes over it. */
  opened(link: Link): void
  received(packet: Uint8Array): void
  /** @returns whether it was used */
  receivedState(payload: Uint8Array): boolean
  settledState(id: number, isAcknowledged: boolean): void
  /** The link is gone, or none came about; `reason` is a sentence. */
  lost(reason: string): void
}

/**
 * A client's line to its server: one link at a time, made anew after growing waits, and what goes over it counted.
 *
 *     dial --> opened --> received ... --> lost --redial--> opened ...
 */
export class Dialer {
  readonly in = new TrafficMeter()
  readonly out = new TrafficMeter()
  readonly #surroundings: Surroundings
  readonly #events: DialerListener
  readonly #patience: Backoff
  #link: Link | undefined
  /** The call that is being made; another one, or none, means that its link is not wanted any more. */
  #call: object | undefined
  #isClosed = false
  #heardAt: Instant
  #retryAt = FOREVER

  constructor(surroundings: Surroundings, events: DialerListener) {
    this.#surroundings = surroundings
    this.#events = events
    this.#patience = new Backoff(surroundings.random)
    this.#heardAt = surroundings.now()
  }

  /** Whether there is a link, whatever its state. */
  get isUp(): boolean {
    return this.#link !== undefined
  }

  /** Whether packets may go out. */
  get isOpen(): boolean {
    return this.#link?.isOpen === true
  }

  /** Where state goes on a link that loses; undefined on streams. */
  get state(): Link['state'] {
    return this.#link?.state
  }

  /** When it tries again; FOREVER while it need not. */
  get retryAt(): Instant {
    return this.#retryAt
  }

  dial(): void {
    if (this.#call) return
    const call = {}
    this.#call = call
    this.#retryAt = FOREVER
    this.#surroundings.openLink().then(
      (link) => {
        if (this.#call === call) this.#opened(link)
        else link.close('The player left.')
      },
      (error) => {
        if (this.#call === call) this.#lost(error instanceof Error ? error.message : String(error))
      },
    )
  }

  /** Tries again, later each time until the line has proved good. */
  redial(): void {
    this.#retryAt = after(this.#surroundings.now(), this.#patience.next())
  }

  /** The server has let the player in: the next loss begins with short waits. */
  proveGood(): void {
    this.#patience.reset()
  }

  /** Ends a link over which nothing has come for too long. @returns whether it did */
  endIfSilent(now: Instant): boolean {
    if (this.#link === undefined || now - this.#heardAt <= SILENCE_MS) return false
    this.drop(SILENT)
    return true
  }

  send(packet: Uint8Array): void {
    if (this.#link?.send(packet)) this.out.count(packet.length, this.#surroundings.now())
  }

  /** @returns under which id it left on the lane of state; undefined when it could not */
  sendState(payload: Uint8Array): number | undefined {
    const id = this.#link?.state?.send(payload, false)
    if (id !== undefined) this.out.count(payload.length, this.#surroundings.now())
    return id
  }

  /** The link is of no use: it is ended, and lost. */
  drop(reason: string): void {
    this.#link?.close(reason)
    this.#lost(reason)
  }

  /**
   * Lets go of the link, and of one that is on its way: neither tells anything more. There is none until it dials
   * again.
   */
  hangUp(reason: string): void {
    const link = this.#link
    this.#call = undefined
    this.#link = undefined
    this.#retryAt = FOREVER
    link?.close(reason)
  }

  /** No link any more. */
  close(reason: string): void {
    this.#isClosed = true
    this.hangUp(reason)
  }

  #opened(link: Link): void {
    this.#call = undefined
    this.#link = link
    this.#heardAt = this.#surroundings.now()
    this.#events.opened(link)
  }

  /** Begins to hear, once what is to be known of the link is. */
  listen(link: Link): void {
    const { settledState } = this.#events
    link.open({
      receive: (packet) => {
        if (this.#hear(link, packet)) this.#events.received(packet)
      },
      receiveState: (payload) => this.#hear(link, payload) && this.#events.receivedState(payload),
      settleState: (id, isAcknowledged) => settledState(id, isAcknowledged),
      closed: (reason) => {
        if (this.#link === link) this.#lost(reason || 'The connection was lost.')
      },
    })
  }

  #hear(link: Link, { length }: Uint8Array): boolean {
    if (this.#link !== link) return false
    const now = this.#surroundings.now()
    this.#heardAt = now
    this.in.count(length, now)
    return true
  }

  #lost(reason: string): void {
    this.#call = undefined
    this.#link = undefined
    if (!this.#isClosed) this.#events.lost(reason)
  }
}
