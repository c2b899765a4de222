import { type Instant, instant } from '../../core/index.ts'
import type { EntityId } from '../../world/index.ts'
import type { Adapter } from '../adapter.ts'
import type { Whereabouts } from '../conversation.ts'
import type { Interpreter } from '../foreign/interpreter.ts'
import type { Joined, RefusedPlayer, Speaker, WorldNews } from '../foreign/speaker.ts'
import { isObject, type Packet, type PacketType, readPacket, writePacket } from './packet.ts'
import { jsonKeyOf, type PlayerStates } from './player-states.ts'
import { ReceivedWindow } from './received-window.ts'
import { Resender } from './resender.ts'

/** What all peers of the dialect share. */
export interface Shared {
  readonly adapter: Adapter
  /** Returns the writer of states for worlds of this scale. */
  readonly statesOf: (where: Whereabouts) => PlayerStates
}

/** What a link may hold unsent before a state is left out, in bytes. */
const BUFFERED_MAX = 65_536
/** How long a client may say nothing before it is asked to acknowledge something, in ms. */
const QUIET_MS = 20_000

/** Speaks with one client. */
export class BasicsSpeaker implements Speaker {
  readonly #to: Interpreter
  readonly #shared: Shared
  readonly #received = new ReceivedWindow()
  readonly #resender = new Resender()
  /** The client's own id, by which it finds itself [NB7]: as text, and as the key of a JSON object. */
  readonly #ownId: string
  readonly #ownKey: Uint8Array
  /** By request: the event whose words are being said. */
  readonly #saying = new Map<number, number>()
  #states: PlayerStates | undefined
  /** The packets that were sent: each has its number, and those sent again keep theirs. */
  #sequence = 0
  #heardAt: Instant = instant(0)
  #askedAt: Instant = instant(0)
  #now: Instant = instant(0)

  constructor(to: Interpreter, shared: Shared) {
    this.#to = to
    this.#shared = shared
    this.#ownId = to.peer.remote
    this.#ownKey = jsonKeyOf(JSON.stringify(this.#ownId))
  }

  receive(frame: Uint8Array, now: Instant): void {
    this.#now = now
    this.#heardAt = now
    const packet = readPacket(frame)
    if (typeof packet === 'string') {
      this.#to.drop(packet)
      return
    }
    const isNew = this.#received.take(packet.sequence)
    if (packet.isReliable) this.#send('ack', `{"ack_seq":${packet.sequence}}`)
    if (isNew) this.#obey(packet)
    else this.#to.ignore('repeated')
  }

  joined({ where, serverName }: Joined): void {
    this.#states = this.#shared.statesOf(where)
    this.#event({ event: 'connected', player_id: this.#ownId, server: serverName })
  }

  refused({ code, reason, isOver }: RefusedPlayer): void {
    const event = JSON.stringify({ event: 'refused', code, reason })
    // Nobody acknowledges anything over a connection that ends.
    if (isOver) this.#send('event', event)
    else this.#sendReliable(event)
  }

  arrived(where: Whereabouts): void {
    this.#states = this.#shared.statesOf(where)
  }

  advanced({ tick, groups, entered, changed, left }: WorldNews): void {
    const states = this.#states
    if (states === undefined) return
    for (let i = 0; i < changed.length; i++) states.changed(changed[i].entity, tick)
    // Whoever was out of everybody's sight may have changed meanwhile.
    for (let i = 0; i < entered.length; i++) states.changed(entered[i], tick)
    for (const { entity, why } of left) {
      const id = states.idOf(entity)
      if (why === 'removed' && id !== '')
        this.#sendReliable(`{"event":"player_disconnected","player_id":${id}}`)
    }
    if (this.#to.peer.bufferedBytes >= BUFFERED_MAX) {
      this.#to.ignore('left-out')
      return
    }
    const seconds = this.#seconds
    const sequence = this.#sequence++
    const head = `{"type":"state","seq":${sequence},"time":${seconds},"data":{"timestamp":${seconds},"players":{`
    this.#to.send(states.write(groups, { tick, head, own: this.#to.character, ownKey: this.#ownKey }))
  }

  told(event: string, body: unknown): void {
    const heard = this.#shared.adapter.heard?.(event, body)
    if (heard === undefined) return
    const text = JSON.stringify(heard.words)
    this.#sendReliable(`{"event":"said","player_id":${this.#idOf(heard.who)},"text":${text}}`)
  }

  replied(id: number, reply: { readonly body: unknown } | { readonly sorry: string }): void {
    const to = this.#saying.get(id)
    if (!this.#saying.delete(id)) return
    const why = 'sorry' in reply ? { is_done: false, reason: reply.sorry } : { is_done: true }
    this.#event({ event: 'answer', to, ...why })
  }

  tick(now: Instant): void {
    this.#now = now
    const lost = this.#resender.advance(now, (frame) => this.#to.send(frame))
    for (let i = 0; i < lost; i++) this.#to.ignore('unacknowledged')
    if (this.#to.isIn && now - Math.max(this.#heardAt, this.#askedAt) >= QUIET_MS) {
      this.#askedAt = now
      this.#event({ event: 'still_there' })
    }
  }

  get #seconds(): number {
    return Math.round(this.#now) / 1000
  }

  #obey({ type, data, sequence }: Packet): void {
    if (type === 'connect') this.#connect(data)
    else if (type === 'disconnect') this.#to.close()
    else if (type === 'ack') this.#resender.acknowledged(Number(data.ack_seq))
    else if (type === 'ping') {
      // A number too large for one is read as infinite, which no JSON can say.
      if (Number.isFinite(data.time)) this.#send('pong', `{"ping_time":${data.time}}`)
      else this.#to.ignore('bad-data')
    } else if (!this.#to.isIn) this.#to.ignore('not-in')
    else if (type === 'input') this.#move(data)
    else if (type === 'event') this.#hear(data, sequence)
    else this.#to.ignore('bad-data')
  }

  #connect({ name }: Packet['data']): void {
    if (typeof name === 'string') this.#to.join(name)
    else this.#to.ignore('bad-data')
  }

  /** Walks from now on, until the next input [NB8]. */
  #move({ move }: Packet['data']): void {
    if (move === undefined) return
    const { x = 0, y = 0 } = isObject(move) ? move : {}
    if (!isObject(move) || typeof x !== 'number' || typeof y !== 'number') this.#to.ignore('bad-data')
    else this.#to.intend(this.#shared.adapter.walk(within(x), -within(y)))
  }

  #hear({ event, text }: Packet['data'], sequence: number): void {
    const wish = event === 'say' && typeof text === 'string' ? this.#shared.adapter.say?.(text) : undefined
    const id = wish && this.#to.ask(wish.request, wish.body)
    if (id !== undefined) this.#saying.set(id, sequence)
    else this.#to.ignore('unknown-event')
  }

  /** Returns the id by which this client knows somebody, as JSON; an empty text for who is out of sight. */
  #idOf(who: EntityId): string {
    const entity = this.#to.entity(who)
    const id =
      entity === this.#to.character ? JSON.stringify(this.#ownId) : entity && this.#states?.idOf(entity)
    return id || '""'
  }

  #event(data: Readonly<Record<string, unknown>>): void {
    this.#sendReliable(JSON.stringify(data))
  }

  #sendReliable(data: string): void {
    const sequence = this.#sequence
    const frame = this.#send('event', data, true)
    if (!this.#resender.keep(sequence, frame, this.#now)) this.#to.ignore('unacknowledged')
  }

  #send(type: PacketType, data: string, isReliable = false): Uint8Array {
    const frame = writePacket(type, { sequence: this.#sequence++, seconds: this.#seconds, isReliable }, data)
    this.#to.send(frame)
    return frame
  }
}

/** Keeps a direction within -1 to 1. */
function within(share: number): number {
  return Math.min(1, Math.max(-1, share))
}
