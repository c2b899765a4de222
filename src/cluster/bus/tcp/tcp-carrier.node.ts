import type { Readings } from '../../../core/index.ts'
import { connectTcp, listenTcp } from '../../../transport/index.node.ts'
import type { Link, Listener } from '../../../transport/index.ts'
import type { Carrier, CarrierEvents } from '../carrier.ts'
import { busMetrics } from '../metrics.ts'
import { isTopic } from '../name.ts'
import { BUFFER_BYTES_MAX, BusSocket, type SocketEvents } from './bus-socket.node.ts'
import { FRAME_HEAD_BYTES, frame, type SocketFrame, writeTopicName } from './frame.ts'
import type { Greeter } from './greeting.node.ts'

/** The largest packet. */
const FRAME_BYTES_MAX = 1 << 20
/** The first and the longest wait before a process is dialed again, in ms. */
const DIAL_MS = 20
const DIAL_MS_MAX = 1000
const CONNECT_MS = 2000
/** How often a quiet socket is pinged, and after what silence it counts as broken, in ms. */
const PING_MS = 1000
const SILENCE_MS = 5000
/** The most sockets that may be greeting at once, and the most topics that one peer may follow. */
const GREETING_MAX = 64
const FOLLOWED_MAX = 200_000

export interface TcpCarrierOptions extends Omit<Greeter, 'address'> {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** The host that others dial where it is not the one that is listened at: a pod's address, "10.0.0.7". */
  readonly advertise?: string
  readonly trouble?: (sentence: string) => void
}

/** What is known of another process. */
interface Peer {
  address: string
  /** The socket that everything for it goes over: the first that is there, until it breaks. */
  path: BusSocket | undefined
  readonly others: Set<BusSocket>
  readonly follows: Set<string>
  isDialing: boolean
  /** Whether it was dialed once, and is therefore dialed again. */
  isWanted: boolean
  wait: number
  again: NodeJS.Timeout | undefined
}

/**
 * Carries between processes that dial each other: who needs a process dials it, and subscribes there to the topics it
 * wants; only those are sent to it. What breaks is dialed again until the process is forgotten.
 */
export class TcpCarrier implements Carrier {
  readonly messageBytesMax = FRAME_BYTES_MAX - FRAME_HEAD_BYTES
  readonly isSure = true
  readonly #options: TcpCarrierOptions
  readonly #sockets = new Set<BusSocket>()
  readonly #peers = new Map<string, Peer>()
  /** Who follows each topic of ours. */
  readonly #followers = new Map<string, Set<BusSocket>>()
  #listener: Listener | undefined
  #events: CarrierEvents | undefined
  #pinging: NodeJS.Timeout | undefined
  #isClosed = false
  #dialed = 0
  #strangers = 0
  address = ''

  constructor(options: TcpCarrierOptions) {
    this.#options = options
  }

  /** @throws OutsideError if the port cannot be had */
  async listen(): Promise<void> {
    const { host, port, advertise } = this.#options
    this.#listener = await listenTcp({
      ...{ host, port, packetBytesMax: FRAME_BYTES_MAX, bufferBytesMax: 2 * BUFFER_BYTES_MAX },
      accept: (link) => this.#take(link),
      admit: () => (this.#greeting() >= GREETING_MAX ? 'Too many are greeting at once.' : undefined),
    })
    const taken = new URL(this.#listener.url).port
    const named = advertise ?? (host.includes(':') ? `[${host}]` : host)
    this.address = `tcp://${named}:${taken}`
    this.#pinging = setInterval(() => this.#ping(), PING_MS)
    this.#pinging.unref()
  }

  open(events: CarrierEvents): void {
    this.#events = events
  }

  meet(process: string, address: string): void {
    const peer = this.#peer(process)
    if (peer.address === address) return
    peer.address = address
    if (!peer.path && (peer.isWanted || peer.follows.size > 0)) this.#dial(process, peer)
  }

  forget(process: string): void {
    const peer = this.#peers.get(process)
    if (!peer) return
    this.#peers.delete(process)
    clearTimeout(peer.again)
    peer.path?.close('gone')
    for (const socket of peer.others) socket.close('gone')
  }

  send(process: string, message: Uint8Array): boolean {
    const peer = this.#peers.get(process)
    if (peer?.path) return peer.path.send(frame.to, message)
    if (peer) this.#dial(process, peer)
    return false
  }

  publish(topic: string, message: Uint8Array): void {
    const followers = this.#followers.get(topic)
    if (!followers) return
    let isWhole = true
    for (const socket of followers)
      if (!socket.send(frame.topic, message, socket.follows.get(topic)) && socket.isOpen) isWhole = false
    if (!isWhole) this.#events?.skipped(topic)
  }

  isFollowed(topic: string): boolean {
    return this.#followers.has(topic)
  }

  follow(author: string, topic: string): void {
    const peer = this.#peer(author)
    peer.follows.add(topic)
    if (peer.path) this.#subscribe(peer.path, topic)
    else this.#dial(author, peer)
  }

  unfollow(author: string, topic: string): void {
    const peer = this.#peers.get(author)
    if (!peer?.follows.delete(topic) || !peer.path) return
    const number = peer.path.numbers.get(topic)
    if (number === undefined) return
    peer.path.numbers.delete(topic)
    peer.path.topics.delete(number)
    peer.path.send(frame.unfollow, new Uint8Array(0), number)
  }

  measure(readings: Readings): void {
    readings.add(busMetrics.sockets, this.#sockets.size - this.#greeting())
    readings.add(busMetrics.dialed, this.#dialed)
    readings.add(busMetrics.dropped, this.#strangers, 'stranger')
  }

  async close(reason: string): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#pinging)
    for (const { again } of this.#peers.values()) clearTimeout(again)
    for (const socket of this.#sockets) socket.close(reason)
    await this.#listener?.close(reason)
  }

  readonly #socketEvents: SocketEvents = {
    greeted: (socket) => this.#greeted(socket),
    receive: (socket, said) => this.#receive(socket, said),
    closed: (socket) => this.#closed(socket),
    stranger: (reason) => {
      this.#strangers++
      this.#options.trouble?.(reason)
    },
  }

  get #greeter(): Greeter {
    return { ...this.#options, address: this.address }
  }

  #peer(process: string): Peer {
    let peer = this.#peers.get(process)
    if (!peer) {
      peer = {
        ...{ address: '', path: undefined, others: new Set(), follows: new Set() },
        ...{ isDialing: false, isWanted: false, wait: DIAL_MS, again: undefined },
      }
      this.#peers.set(process, peer)
    }
    return peer
  }

  #take(link: Link): void {
    this.#sockets.add(new BusSocket(link, { greeter: this.#greeter, events: this.#socketEvents }))
  }

  /** Dials a process unless that is under way, or has to wait. */
  #dial(process: string, peer: Peer): void {
    if (peer.isDialing || peer.again || peer.address === '' || this.#isClosed) return
    peer.isDialing = true
    peer.isWanted = true
    const options = {
      packetBytesMax: FRAME_BYTES_MAX,
      bufferBytesMax: 2 * BUFFER_BYTES_MAX,
      connectMs: CONNECT_MS,
    }
    connectTcp(peer.address, options).then(
      (link) => {
        const socket = new BusSocket(link, {
          ...{ greeter: this.#greeter, events: this.#socketEvents, dialed: process },
        })
        this.#sockets.add(socket)
        if (this.#isClosed || this.#peers.get(process) !== peer) socket.close('Not wanted any more.')
        this.#dials.set(socket, process)
      },
      () => this.#dialLater(process, peer),
    )
  }

  /** The sockets that this process dialed, and whom. */
  readonly #dials = new Map<BusSocket, string>()

  #dialLater(process: string, peer: Peer): void {
    peer.isDialing = false
    if (this.#isClosed || this.#peers.get(process) !== peer || peer.path) return
    clearTimeout(peer.again)
    peer.again = setTimeout(
      () => {
        peer.again = undefined
        if (!peer.path) this.#dial(process, peer)
      },
      peer.wait * (0.5 + Math.random()),
    )
    peer.wait = Math.min(DIAL_MS_MAX, 2 * peer.wait)
  }

  #greeted(socket: BusSocket): boolean {
    const isMine = this.#dials.has(socket)
    if (isMine && !this.#peers.has(socket.peer)) return false
    const peer = this.#peer(socket.peer)
    if (!isMine) peer.address = socket.peerAddress || peer.address
    else this.#dialed++
    peer.isDialing = isMine ? false : peer.isDialing
    peer.wait = DIAL_MS
    if (peer.path) peer.others.add(socket)
    else this.#use(socket.peer, peer, socket)
    return true
  }

  /** Sends everything for a process over this socket from now on. */
  #use(process: string, peer: Peer, socket: BusSocket): void {
    clearTimeout(peer.again)
    peer.again = undefined
    peer.path = socket
    for (const topic of peer.follows) this.#subscribe(socket, topic)
    this.#events?.renewed(process)
  }

  #subscribe(socket: BusSocket, topic: string): void {
    const number = ++socket.lastNumber
    socket.numbers.set(topic, number)
    socket.topics.set(number, topic)
    socket.send(frame.follow, writeTopicName(topic), number)
  }

  #receive(socket: BusSocket, said: SocketFrame): void {
    if (said.is === 'to') this.#events?.receive(socket.peer, said.message)
    else if (said.is === 'topic') {
      const topic = socket.topics.get(said.number)
      if (topic !== undefined) this.#events?.hear(socket.peer, topic, said.message)
    } else if (said.is === 'follow') this.#followedBy(socket, said)
    else if (said.is === 'unfollow') {
      const topic = socket.followed.get(said.number)
      if (topic !== undefined) this.#unfollowedBy(socket, topic)
    } else if (said.is !== 'ping') socket.close('A frame makes no sense here.')
  }

  #followedBy(socket: BusSocket, { number, topic }: { number: number; topic: string }): void {
    if (!isTopic(topic) || socket.follows.size >= FOLLOWED_MAX) {
      socket.close('It follows what is no topic, or too much.')
      return
    }
    socket.follows.set(topic, number)
    socket.followed.set(number, topic)
    const followers = this.#followers.get(topic) ?? new Set<BusSocket>()
    this.#followers.set(topic, followers.add(socket))
  }

  #unfollowedBy(socket: BusSocket, topic: string): void {
    socket.followed.delete(socket.follows.get(topic) ?? 0)
    socket.follows.delete(topic)
    const followers = this.#followers.get(topic)
    followers?.delete(socket)
    if (followers?.size === 0) this.#followers.delete(topic)
  }

  #closed(socket: BusSocket): void {
    if (!this.#sockets.delete(socket)) return
    for (const topic of [...socket.follows.keys()]) this.#unfollowedBy(socket, topic)
    const dialed = this.#dials.get(socket)
    this.#dials.delete(socket)
    const process = dialed ?? socket.peer
    const peer = this.#peers.get(process)
    if (!peer) return
    peer.others.delete(socket)
    const [other] = peer.others
    if (peer.path === socket) {
      peer.path = undefined
      if (other) {
        peer.others.delete(other)
        this.#use(process, peer, other)
      } else this.#events?.down(process)
    }
    if (dialed !== undefined) peer.isDialing = false
    if (!peer.path && (peer.isWanted || peer.follows.size > 0)) this.#dialLater(process, peer)
  }

  #ping(): void {
    const now = performance.now()
    for (const socket of this.#sockets) {
      if (!socket.isGreeted) continue
      if (now - socket.heardAt > SILENCE_MS) socket.close('It has been silent for too long.')
      else if (now - socket.saidAt > PING_MS / 2) socket.ping()
    }
  }

  #greeting(): number {
    let count = 0
    for (const { isGreeted } of this.#sockets) if (!isGreeted) count++
    return count
  }
}
