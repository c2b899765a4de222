import { after, FOREVER, type Instant, type Random } from '../../core/index.ts'
import type { Link } from '../../transport/index.ts'
import type { GameMistake } from '../../world/index.ts'
import { Backoff } from './backoff.ts'
import { TrafficMeter } from './traffic-meter.ts'

/** The silence after which a connection counts as lost, in milliseconds. The server answers a ping a second. */
const SILENCE_MS = 5000
const SILENT = 'Nothing was heard from the server.'

/** The services of the platform that a client needs: links, time and dice. */
export interface Surroundings {
  /** Opens a link; rejects with a sentence when it cannot. */
  openLink(): Promise<Link>
  now(): Instant
  readonly random: Random
  /** Reports the program's own mistakes where it does not listen for them itself; they are dropped when left out. */
  readonly report?: (mistake: GameMistake) => void
}

interface DialerListener {
  /** Called when a link is open: what is sent now is the first to go over it. */
  opened(link: Link): void
  received(packet: Uint8Array): void
  /** Called for state from the link. @returns whether it was used */
  receivedState(payload: Uint8Array): boolean
  settledState(id: number, isAcknowledged: boolean): void
  /** Called when the link is lost, or could not be opened; `reason` is a sentence. */
  lost(reason: string): void
}

/**
 * Connects a client to its server: keeps one link at a time, reopens it after growing waits, and counts its traffic.
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
  /** The attempt in progress; when it is another one or none, the attempt's link is no longer wanted. */
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

  /** The lane of state on a link that loses; undefined on streams. */
  get state(): Link['state'] {
    return this.#link?.state
  }

  /** The time of the next attempt; FOREVER while none is needed. */
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

  /** Schedules another attempt, with a longer wait each time until `proveGood`. */
  redial(): void {
    this.#retryAt = after(this.#surroundings.now(), this.#patience.next())
  }

  /** Resets the waits once the server has let the player in. */
  proveGood(): void {
    this.#patience.reset()
  }

  /** Ends a link that has been silent for too long. @returns whether it did */
  endIfSilent(now: Instant): boolean {
    if (this.#link === undefined || now - this.#heardAt <= SILENCE_MS) return false
    this.drop(SILENT)
    return true
  }

  send(packet: Uint8Array): void {
    if (this.#link?.send(packet)) this.out.count(packet.length, this.#surroundings.now())
  }

  /** Sends a payload on the lane of state. @returns its id there; undefined when it could not be sent */
  sendState(payload: Uint8Array): number | undefined {
    const id = this.#link?.state?.send(payload, false)
    if (id !== undefined) this.out.count(payload.length, this.#surroundings.now())
    return id
  }

  /** Ends a link that is of no use, and reports it as lost. */
  drop(reason: string): void {
    this.#link?.close(reason)
    this.#lost(reason)
  }

  /**
   * Closes the link, and abandons one that is being opened: neither reports anything more. There is none until it
   * dials again.
   */
  hangUp(reason: string): void {
    const link = this.#link
    this.#call = undefined
    this.#link = undefined
    this.#retryAt = FOREVER
    link?.close(reason)
  }

  /** Closes for good: there will be no other link. */
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

  /** Starts to listen to a link, once it is set up here. */
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
