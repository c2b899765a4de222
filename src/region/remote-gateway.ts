import type { Instant } from '../core/index.ts'
import type { AnyGame } from '../world/index.ts'
import type { AttachedGateway } from './attached-gateway.ts'
import {
  type BytePipe,
  type Down,
  MessageCodec,
  MessageStream,
  PlayerNews,
  type PlayerRow,
  type RegionListener,
  type TickNews,
  type Up,
} from './message/index.ts'
import type { Region } from './region.ts'
import { newStatePacket, WorldFeed } from './world-feed.ts'

/** A player's state as last sent to the gateway, so that only changes are sent. */
interface Sent {
  hasPlace: boolean
  x: number
  y: number
  radius: number
  own: number
}

/**
 * Represents a gateway in another process to its region: messages are sent as records, and topics as the
 * replication room writes them.
 */
export class RemoteGateway implements RegionListener {
  readonly #region: Region
  readonly #gateway: AttachedGateway
  readonly #codec: MessageCodec
  readonly #stream: MessageStream
  readonly #feeds = new Map<number, WorldFeed>()
  readonly #state = newStatePacket()
  /** The world and state last sent, by session. */
  readonly #sent = new Map<number, Sent & { instance: number }>()
  /** Players of other regions who look in, by session. */
  readonly #watchers = new Map<number, PlayerNews>()
  /** Whether a region is at the other end, to which all is shown that is near. */
  #isRegion = false
  /** Maps whose pieces the gateway has been given. */
  readonly #maps = new Set<string>()

  /** @param name  the gateway's, or neighbour's, in the cluster */
  constructor(region: Region, game: AnyGame, pipe: BytePipe, name = '') {
    this.#region = region
    this.#codec = new MessageCodec(game)
    this.#stream = new MessageStream(pipe)
    this.#gateway = region.attach(this, name)
    this.#stream.flush()
  }

  /** Takes a packet from the gateway. */
  take(packet: Uint8Array, now: Instant): void {
    for (const bytes of this.#stream.read(packet)) {
      const message = this.#codec.readUp(bytes)
      if (message === undefined) {
        this.#stream.fail('A message makes no sense.')
        return
      }
      this.#note(message)
      this.#region.receive(this.#gateway, message, now)
    }
    this.#stream.flush()
  }

  /** Sends what is queued outside a tick or an answer. */
  flush(): void {
    this.#stream.flush()
  }

  /** Detaches the gateway, and with it its players. */
  close(): void {
    this.#region.detach(this.#gateway)
    for (const feed of this.#feeds.values()) feed.close()
    this.#feeds.clear()
  }

  receive(message: Down): void {
    if (message.is === 'tick') this.#tellTick(message)
    else {
      if (message.is === 'moved' || message.is === 'ended') this.#forget(message.session)
      if (message.is === 'taken') this.#sent.delete(message.session)
      if (message.is === 'closed') this.#closeFeed(message.instance)
      const isMap = message.is === 'opened' || message.is === 'map'
      const pieces = isMap ? this.#piecesOf(message.world.hash) : undefined
      this.#stream.write(this.#codec.writeDown(message, { pieces }))
    }
    if (message.is !== 'tick') this.#stream.flush()
  }

  #note(message: Up): void {
    if (message.is === 'leave') this.#forget(message.session)
    else if (message.is === 'watch') this.#watch(message)
  }

  /** Follows for a player of another region. */
  #watch({ session, instance, x, y, radius, extras, isRegion }: Up & { is: 'watch' }): void {
    this.#isRegion ||= isRegion
    // It was said before the player came here: what they follow is this region's to say by now.
    if (!isRegion && this.#gateway.players.has(session)) return
    const feed = this.#feedOf(instance)
    if (radius < 0) {
      this.#watchers.delete(session)
      feed?.forget(session)
      return
    }
    const news = this.#watchers.get(session) ?? new PlayerNews(session)
    this.#watchers.set(session, news)
    news.clear()
    Object.assign(news, { hasPlace: true, x, y, radius })
    news.follow.push(...extras)
    for (const key of feed?.extrasOf(session) ?? [])
      if (!extras.includes(key)) news.unfollow.push({ key, isGone: false })
    feed?.note(news)
  }

  #tellTick(news: TickNews): void {
    const feed = this.#feedOf(news.instance)
    if (!feed) return
    const rows: PlayerRow[] = []
    for (const player of news.players) {
      feed.note(player)
      const row = this.#rowOf(player, news.instance)
      if (row) rows.push(row)
    }
    if (this.#isRegion) feed.followHidden()
    const state = feed.write(this.#state)
    this.#stream.write(this.#codec.writeDown(news, { state }, rows))
  }

  /** Returns what has changed for a player; undefined when nothing has. */
  #rowOf(news: PlayerNews, instance: number): PlayerRow | undefined {
    const { session, hasPlace, x, y, radius, own, follow, unfollow, margin, ownState } = news
    const sent = this.#sent.get(session) ?? { instance, hasPlace: false, x: 0, y: 0, radius: 0, own: -1 }
    this.#sent.set(session, sent)
    const hasMoved = hasPlace && (!sent.hasPlace || x !== sent.x || y !== sent.y || radius !== sent.radius)
    const isOther = own !== sent.own
    const isQuiet = margin === undefined && ownState === undefined && follow.length + unfollow.length === 0
    if (!hasMoved && !isOther && isQuiet) return undefined
    Object.assign(sent, { instance, hasPlace, x, y, radius, own })
    const look = hasMoved ? { x, y, radius } : undefined
    return { session, look, own: isOther ? own : undefined, follow, unfollow, margin, ownState }
  }

  #feedOf(instance: number): WorldFeed | undefined {
    const known = this.#feeds.get(instance)
    if (known) return known
    const world = this.#region.worldOf(instance)
    if (!world) return undefined
    const feed = new WorldFeed(world)
    this.#feeds.set(instance, feed)
    return feed
  }

  #closeFeed(instance: number): void {
    this.#feeds.get(instance)?.close()
    this.#feeds.delete(instance)
  }

  #forget(session: number): void {
    const sent = this.#sent.get(session)
    this.#sent.delete(session)
    if (sent) this.#feeds.get(sent.instance)?.forget(session)
  }

  /** Returns the map pieces not yet sent to the gateway. */
  #piecesOf(hash: string): readonly Uint8Array[] {
    if (this.#maps.has(hash)) return []
    this.#maps.add(hash)
    return this.#region.piecesOf(hash)
  }
}
