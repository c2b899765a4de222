import type { Instant } from '../core/index.ts'
import { pieceHash } from '../geometry/index.ts'
import {
  type BytePipe,
  type Down,
  MessageCodec,
  MessageStream,
  PlayerNews,
  type RegionLink,
  type RegionListener,
  type Up,
  type WorldFacts,
} from '../region/message/index.ts'
import { type Presence, Replica, type ReplicaListener, type Source } from '../replication/index.ts'
import { type AnyGame, gameOn } from '../world/index.ts'

/** The most chunks a gateway holds of one world. */
const CHUNKS_MAX = 1 << 20
/** The most map pieces kept, the newest ones: two versions of the largest map. */
const PIECES_MAX = 16_384
/** A listener that ignores everything: views are written from the replica's ledger. */
const DEAF = { entered() {}, changed() {}, moved() {}, left() {} }

/** Whoever wants to know what becomes of a region's replicas. */
export interface RemoteFollower {
  /** Called before the news of a tick are applied, and before what was told of players is overwritten by them. */
  begins(instance: number, tick: number): void
  /** Returns the listener of a world's replica. */
  listenerOf(instance: number): ReplicaListener
}

/** Represents a region in another process to its gateway: views are written from replicas of its news. */
export class RemoteRegion implements RegionLink {
  readonly #game: AnyGame
  readonly #codec: MessageCodec
  readonly #stream: MessageStream
  readonly #replicas = new Map<number, Replica>()
  readonly #pieces = new Map<string, Uint8Array>()
  /** The news of each session's player, updated with each tick. */
  readonly #players = new Map<number, PlayerNews>()
  #listener: RegionListener | undefined
  /** Packets that came before anybody listened. */
  readonly #early: Uint8Array[] = []

  readonly #follower: RemoteFollower | undefined

  constructor(game: AnyGame, pipe: BytePipe, follower?: RemoteFollower) {
    this.#follower = follower
    this.#game = game
    this.#codec = new MessageCodec(game)
    this.#stream = new MessageStream(pipe)
  }

  open(listener: RegionListener): void {
    this.#listener = listener
    for (const packet of this.#early.splice(0)) this.take(packet)
  }

  send(message: Up, _now: Instant): void {
    if (message.is === 'leave') this.#players.delete(message.session)
    this.#stream.write(this.#codec.writeUp(message))
    this.#stream.flush()
  }

  source(instance: number): Source | undefined {
    return this.#replicas.get(instance)
  }

  /** Returns an entity as the region tells of it, and its world; undefined for one that is not followed. */
  presenceOf(id: number): { readonly instance: number; readonly presence: Presence } | undefined {
    for (const [instance, replica] of this.#replicas) {
      const presence = replica.present.get(id)
      if (presence) return { instance, presence }
    }
    return undefined
  }

  find(hash: string): Uint8Array | undefined {
    return this.#pieces.get(hash)
  }

  /** Takes a packet from the region. */
  take(packet: Uint8Array): void {
    if (!this.#listener) {
      this.#early.push(packet.slice())
      return
    }
    for (const bytes of this.#stream.read(packet)) {
      const read = this.#codec.readDown(
        bytes,
        (session) => this.#players.get(session),
        (instance, tick) => this.#follower?.begins(instance, tick),
      )
      if (read === undefined || !this.#apply(read.message, read)) {
        this.#stream.fail('A message makes no sense.')
        return
      }
      this.#listener.receive(read.message)
    }
  }

  /** Updates replicas, maps and players from a message. @returns whether it makes sense */
  #apply(
    message: Down,
    { state, pieces = [] }: { readonly state?: Uint8Array; readonly pieces?: readonly Uint8Array[] },
  ): boolean {
    for (const piece of pieces) this.#keep(piece)
    if (message.is === 'tick') {
      const replica = this.#replicas.get(message.instance)
      return replica?.receive(message.tick, state ?? new Uint8Array(0)) === 'applied'
    }
    if (message.is === 'opened') this.#replicas.set(message.world.instance, this.#replicaOf(message.world))
    else if (message.is === 'closed') this.#replicas.delete(message.instance)
    else if (message.is === 'entered' || message.is === 'reclaimed' || message.is === 'taken')
      this.#players.set(message.session, new PlayerNews(message.session))
    else if (message.is === 'moved') this.#players.set(message.session, this.#moved(message.session))
    else if (message.is === 'ended') this.#players.delete(message.session)
    return true
  }

  #moved(session: number): PlayerNews {
    const news = new PlayerNews(session)
    news.own = this.#players.get(session)?.own ?? 0
    return news
  }

  #replicaOf({ instance, width, height, ticksPerSecond }: WorldFacts): Replica {
    const listener = this.#follower?.listenerOf(instance) ?? DEAF
    return new Replica(gameOn(this.#game, { width, height, ticksPerSecond }), listener, {
      chunksMax: CHUNKS_MAX,
    })
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.set(pieceHash(piece), piece)
    if (this.#pieces.size > PIECES_MAX)
      for (const oldest of this.#pieces.keys()) {
        this.#pieces.delete(oldest)
        break
      }
  }
}
