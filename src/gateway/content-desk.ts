import {
  type ContentAnswer,
  type ContentAsk,
  ContentServing,
  contentMetrics,
  readAsk,
  writeAnswer,
} from '../content/index.ts'
import { Counters, type Instant, type Measured, type Readings } from '../core/index.ts'
import { AddressGate } from './address-gate.ts'
import type { Connection } from './connection.ts'
import type { Limits } from './limits/limits.ts'
import { type Pieces, piecesOfAll } from './pieces.ts'
import type { TrafficCounts } from './traffic-counts.ts'

/** Client content that a host serves: a folder's, or in tests and the lab anything of that shape. */
export interface ClientContent extends Pieces {
  readonly manifest: { readonly version: string }
}

/** The content state of one connection. */
interface Customer {
  /** The client's content version; empty when it does not say. */
  has: string
  /** Answers its asks; undefined before the first. */
  serving: ContentServing | undefined
  /** Whether a piece is being read for it: one at a time, because pieces go out in order. */
  isReading: boolean
}

export interface ContentDeskParts {
  readonly content: ClientContent | undefined
  /** Pieces of maps, by hash. */
  readonly maps: { find(hash: string): Uint8Array | undefined }
  readonly limits: Limits
  readonly traffic: TrafficCounts
  /** @returns whether the link took it */
  readonly send: (connection: Connection, answer: Uint8Array) => boolean
}

/**
 * Serves client content [N43] and map pieces [N34] in-band, and knows which clients have other content [N41].
 *
 *     ask --readAsk, rate of its address--> ContentServing --poll, so many bytes a second--> read --> send
 *
 * Reading runs beside the ticks, and pieces on their way to a client leave room for its news.
 */
export class ContentDesk implements Measured {
  /** The rate limit on pieces for strangers, in-band and over HTTP together. */
  readonly gate: AddressGate
  readonly #parts: ContentDeskParts
  /** Counts of unanswered asks of all clients, by reason. */
  readonly #dropped = new Counters(...contentMetrics.dropped.values)
  readonly #pieces: Pieces
  readonly #customers = new WeakMap<Connection, Customer>()
  /** Connections waiting for pieces. */
  readonly #busy = new Set<Connection>()
  /** The version by which every connection's flag was last set. */
  #flagged: string | undefined
  #now: Instant | undefined

  constructor(parts: ContentDeskParts) {
    this.#parts = parts
    this.#pieces = piecesOfAll(parts.maps, parts.content)
    this.gate = new AddressGate(parts.limits.contentAsksPerSecond)
    this.#flagged = this.version
  }

  measure(readings: Readings): void {
    readings.addAll(contentMetrics.dropped, this.#dropped)
  }

  /** The version that clients should have; undefined when there is no content. */
  get version(): string | undefined {
    return this.#parts.content?.manifest.version
  }

  /** Returns whether a client with this content is outdated; one that does not say is not. */
  isOld(content: string): boolean {
    return content !== '' && this.version !== undefined && content !== this.version
  }

  /** Returns the sentence that says why a client with this content cannot enter, and what helps. */
  refusal(content: string): string {
    return (
      `The server wants client content ${shortly(this.version ?? '')} and this client has ${shortly(content)}; ` +
      'update it (shardless update, or updateContent of shardless/client) and come again.'
    )
  }

  /** Records the content version a client reports. */
  note(connection: Connection, content: string): void {
    this.#customer(connection).has = content
    this.#flag(connection)
  }

  /** Takes an ask for content. @returns false when the bytes are no ask */
  ask(connection: Connection, bytes: Uint8Array, now: Instant): boolean {
    const ask = readAsk(bytes)
    if (ask === undefined) return false
    const { limits, traffic } = this.#parts
    if (!this.gate.take(connection.link.address, now)) traffic.dropped.count('too-many-content-asks')
    else {
      const { contentBytesPerSecond: bytesPerSecond } = limits
      const customer = this.#customer(connection)
      customer.serving ??= new ContentServing(
        { index: this.#pieces, bytesPerSecond, dropped: this.#dropped },
        now,
      )
      customer.serving.receive(ask)
      this.#busy.add(connection)
      this.#serve(connection, now)
    }
    return true
  }

  /** Sends the pieces that are due, and tells everybody when the content has changed. Once a tick. */
  advance(connections: readonly Connection[], now: Instant): void {
    for (const connection of this.#busy) this.#serve(connection, now)
    if (this.#flagged === this.version) return
    this.#flagged = this.version
    for (const connection of connections) this.#flag(connection)
  }

  #flag(connection: Connection): void {
    if (this.isOld(this.#customers.get(connection)?.has ?? '')) connection.conversation.raise('client')
    else connection.conversation.lower('client')
  }

  #serve(connection: Connection, now: Instant): void {
    const { link } = connection
    const { limits } = this.#parts
    const customer = this.#customer(connection)
    const { serving } = customer
    if (!serving || connection.isClosing || !link.isOpen) {
      this.#busy.delete(connection)
      return
    }
    this.#now = now
    while (!customer.isReading && link.bufferedBytes < limits.slowBytes / 2) {
      const out = serving.poll(now)
      if (out === undefined) break
      // Whoever fetches is busy and not silent; but for a time only, so that nobody stays for ever without a login.
      if (now - connection.connectedAt < limits.contentTimeoutMs) connection.isBusy(now)
      if (out.do === 'send') this.#answer(connection, out.answer)
      else this.#read(connection, customer, out.ask)
    }
    if (serving.waiting === 0 && !customer.isReading) this.#busy.delete(connection)
  }

  #read(connection: Connection, customer: Customer, ask: ContentAsk): void {
    customer.isReading = true
    this.#pieces.read(ask).then((answer) => {
      customer.isReading = false
      if (connection.isClosing) return
      this.#answer(connection, answer)
      this.#serve(connection, this.#now!)
    })
  }

  #customer(connection: Connection): Customer {
    const known = this.#customers.get(connection)
    if (known) return known
    const customer: Customer = { has: '', serving: undefined, isReading: false }
    this.#customers.set(connection, customer)
    return customer
  }

  /** Sends an answer; the client asks again for one the link does not take. */
  #answer(connection: Connection, answer: ContentAnswer): void {
    this.#parts.send(connection, writeAnswer(answer))
  }
}

/** Shortens a version for people to compare. */
function shortly(version: string): string {
  return version.slice(0, 12)
}
