import type { Readings } from '../../../core/index.ts'
import type { Carrier, CarrierEvents } from '../carrier.ts'
import { busMetrics } from '../metrics.ts'
import type { NatsConnection } from './nats-connection.node.ts'
import { inboxOf, topicSubject } from './nats-subject.ts'

/** The most bytes that may be on their way to the broker without its having confirmed them. */
const UNCONFIRMED_BYTES_MAX = 16 << 20
/** After so many bytes, or ms, the broker is asked to confirm. */
const CONFIRM_BYTES = 256 << 10
const CONFIRM_MS = 50
/** What stands before a message: the sender's name. */
const NAME_BYTES_MAX = 41

type Subscription = ReturnType<NatsConnection['subscribe']>

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Carries over NATS: each process and each topic is a subject. What is published while the broker is away vanishes
 * without a word, also for a moment after it is back; so nothing is sent before the new connection is confirmed, and
 * then whatever may be lost is sent again.
 */
export class NatsCarrier implements Carrier {
  /** Names suffice: whoever is connected to the broker is reached by it. */
  readonly address = 'nats'
  readonly messageBytesMax: number
  readonly isSure = false
  readonly #connection: NatsConnection
  readonly #world: string
  readonly #me: Uint8Array
  readonly #myName: string
  readonly #topics = new Map<string, Subscription>()
  #events: CarrierEvents | undefined
  #isConnected = true
  #unconfirmed = 0
  #isConfirming = false
  #timer: NodeJS.Timeout | undefined
  #dialed = 1
  #crowded = 0

  constructor(connection: NatsConnection, { world, me }: { readonly world: string; readonly me: string }) {
    this.#connection = connection
    this.#world = world
    this.#myName = me
    const name = encoder.encode(me)
    this.#me = Uint8Array.of(name.length, ...name)
    this.messageBytesMax = Math.min(1 << 20, connection.info?.max_payload ?? 1 << 20) - NAME_BYTES_MAX
  }

  open(events: CarrierEvents): void {
    this.#events = events
    const inbox = inboxOf(this.#world, this.#myName)
    this.#connection.subscribe(inbox, {
      callback: (error, message) => {
        if (!error) this.#receive(message.data)
      },
    })
    void this.#watch()
  }

  meet(): void {}

  forget(): void {}

  send(process: string, message: Uint8Array): boolean {
    if (!this.#take(message.length)) return false
    const bytes = new Uint8Array(this.#me.length + message.length)
    bytes.set(this.#me)
    bytes.set(message, this.#me.length)
    this.#connection.publish(inboxOf(this.#world, process), bytes)
    return true
  }

  publish(topic: string, message: Uint8Array): void {
    if (this.#take(message.length))
      this.#connection.publish(topicSubject(this.#world, this.#myName, topic), message)
    else this.#events?.skipped(topic)
  }

  isFollowed(): boolean {
    return true
  }

  follow(author: string, topic: string): void {
    const subject = topicSubject(this.#world, author, topic)
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (!error) this.#events?.hear(author, topic, message.data)
      },
    })
    this.#topics.set(`${author}/${topic}`, subscription)
  }

  unfollow(author: string, topic: string): void {
    const key = `${author}/${topic}`
    this.#topics.get(key)?.unsubscribe()
    this.#topics.delete(key)
  }

  measure(readings: Readings): void {
    readings.add(busMetrics.sockets, this.#isConnected ? 1 : 0)
    readings.add(busMetrics.dialed, this.#dialed)
    readings.add(busMetrics.dropped, this.#crowded, 'crowded')
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    // Not `drain`, which loses answers that are still being made.
    if (this.#isConnected) await this.#connection.flush().catch(() => {})
    await this.#connection.close()
  }

  #receive(bytes: Uint8Array): void {
    const length = bytes[0] ?? 0
    if (length === 0 || bytes.length <= length) return
    this.#events?.receive(decoder.decode(bytes.subarray(1, 1 + length)), bytes.subarray(1 + length))
  }

  /** @returns whether the broker can take so much more */
  #take(length: number): boolean {
    if (!this.#isConnected) return false
    if (this.#unconfirmed + length > UNCONFIRMED_BYTES_MAX) {
      this.#crowded++
      return false
    }
    this.#unconfirmed += length
    if (this.#unconfirmed >= CONFIRM_BYTES) this.#confirm()
    else this.#timer ??= setTimeout(() => this.#confirm(), CONFIRM_MS)
    return true
  }

  /** Has the broker confirm what it was given. */
  #confirm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isConfirming || !this.#isConnected) return
    this.#isConfirming = true
    const bytes = this.#unconfirmed
    const settle = (): void => {
      this.#isConfirming = false
      this.#unconfirmed = Math.max(0, this.#unconfirmed - bytes)
      if (this.#unconfirmed > 0) this.#timer ??= setTimeout(() => this.#confirm(), CONFIRM_MS)
    }
    this.#connection.flush().then(settle, settle)
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect') {
        this.#isConnected = false
        this.#unconfirmed = 0
      } else if (type === 'reconnect') await this.#renew()
    }
  }

  /** Begins again on a new connection: only what is sent after the broker has answered on it arrives. */
  async #renew(): Promise<void> {
    try {
      await this.#connection.flush()
    } catch {
      return
    }
    this.#dialed++
    this.#isConnected = true
    this.#events?.renewed(undefined)
  }
}
