import type { Instant } from '../core/index.ts'
import {
  type BytePipe,
  type Down,
  type EventNews,
  PlayerNews,
  type RegionLink,
  type RegionListener,
  type TickNews,
  type Up,
} from '../region/message/index.ts'
import { Blend, type Presence, type ReplicaListener, type Source } from '../replication/index.ts'
import { type AnyGame, gameOn } from '../world/index.ts'
import { RemoteRegion } from './remote-region.ts'

/** The most requests that wait for an answer of one region. */
const ASKS_MAX = 65_536

/** One of the regions that share a world. */
interface Joined {
  readonly name: string
  readonly remote: RemoteRegion
  /** Whether its news are expected: others wait for them. */
  isThere: boolean
  /** The newest tick that is complete. */
  ticked: number
  /** Requests that it has not answered. */
  readonly asks: Set<number>
}

/** The news of one world, collected from all regions until the tick is told. */
interface Collected {
  tick: number
  /** The tick that was told last. */
  told: number
  readonly players: PlayerNews[]
  readonly events: EventNews[]
}

/** Where a player looks, as other regions were told. */
interface Looking {
  cell: number
  radius: number
  instance: number
}

export interface JoinedRegionsOptions {
  readonly game: AnyGame
  /** Returns the region that somebody comes in at, of those that are there. */
  readonly entrance: (message: Up & { is: 'enter' }, names: readonly string[]) => string
}

/**
 * Joins several regions that share one world into one: to its gateway it looks as if there were a single region. Each
 * entity is shown as the region has it that tells of it; what a player sends goes to the region that has the player;
 * a tick is told when every region has made it, or one has made the next.
 *
 *     gateway --Up--> JoinedRegions --Up--> the player's region         (and `watch` to the others)
 *     gateway <--Down, Blend-- JoinedRegions <--Down, replicas-- each region
 *
 * A region that is lost leaves its entities where they are, and its players connected.
 */
export class JoinedRegions implements RegionLink {
  readonly #options: JoinedRegionsOptions
  readonly #regions = new Map<string, Joined>()
  readonly #blends = new Map<number, Blend>()
  readonly #collected = new Map<number, Collected>()
  /** By session: the region that has its player, and where that looks. */
  readonly #routes = new Map<number, Joined>()
  readonly #looking = new Map<number, Looking>()
  /** By entity: the region that tells of it. */
  readonly #speakers = new Map<number, Joined>()
  #listener: RegionListener | undefined
  #times = { workMs: 0, worstMs: 0, lateMs: 0 }
  #now: Instant = 0 as Instant

  constructor(options: JoinedRegionsOptions) {
    this.#options = options
  }

  /** The names of the regions that are there. */
  get names(): string[] {
    return [...this.#regions.values()].filter(({ isThere }) => isThere).map(({ name }) => name)
  }

  /** Joins a region over a pipe. @returns to be handed each packet of it */
  join(name: string, pipe: BytePipe): (packet: Uint8Array) => void {
    const remote = new RemoteRegion(this.#options.game, pipe, {
      begins: (instance, tick) => this.#begins(instance, tick),
      listenerOf: (instance) => this.#follow(joined, instance),
    })
    const joined: Joined = { name, remote, isThere: true, ticked: 0, asks: new Set() }
    this.#regions.set(name, joined)
    if (this.#listener) remote.open({ receive: (message) => this.#hear(joined, message) })
    return (packet) => remote.take(packet)
  }

  /** Notes that a region is lost: what it was asked is answered with a sentence, and all else stays as it is. */
  lost(name: string): void {
    const joined = this.#regions.get(name)
    if (!joined) return
    joined.isThere = false
    for (const ask of joined.asks)
      this.#listener?.receive({ is: 'reply', ask, answer: { sorry: 'The server cannot answer just now.' } })
    joined.asks.clear()
    this.#tellIfComplete()
  }

  open(gateway: RegionListener): void {
    this.#listener = gateway
    for (const joined of this.#regions.values())
      joined.remote.open({ receive: (message) => this.#hear(joined, message) })
  }

  send(message: Up, now: Instant): void {
    this.#now = now
    if (message.is === 'enter') {
      const joined = this.#regions.get(this.#options.entrance(message, this.names))
      if (joined) this.#routes.set(message.session, joined)
      else {
        const reason = 'The world is not there just now; try again in a moment.'
        this.#listener?.receive({ is: 'refused', session: message.session, code: 'busy', reason })
        return
      }
    }
    const joined = this.#routes.get(message.session)
    if (message.is === 'leave') this.#forget(message.session, now)
    if (!joined?.isThere) {
      this.#sendNowhere(message)
      return
    }
    if (message.is === 'ask' && joined.asks.size < ASKS_MAX) joined.asks.add(message.ask)
    joined.remote.send(message, now)
  }

  source(instance: number): Source | undefined {
    return this.#blends.get(instance)
  }

  find(hash: string): Uint8Array | undefined {
    for (const { remote } of this.#regions.values()) {
      const found = remote.find(hash)
      if (found) return found
    }
    return undefined
  }

  /** Answers for a region that is not there. */
  #sendNowhere(message: Up): void {
    if (message.is === 'leave') this.#listener?.receive({ is: 'gone', session: message.session })
    else if (message.is === 'ask') {
      const answer = { sorry: 'The server cannot answer just now.' }
      this.#listener?.receive({ is: 'reply', ask: message.ask, answer })
    }
  }

  #hear(joined: Joined, message: Down): void {
    if (message.is === 'tick') this.#collect(joined, message)
    else if (message.is === 'ticked') {
      this.#times = message.times
      for (const { tick } of this.#collected.values()) joined.ticked = Math.max(joined.ticked, tick)
      this.#tellIfComplete()
    } else if (message.is === 'opened') this.#open(message)
    else {
      if (message.is === 'reply') joined.asks.delete(message.ask)
      if (message.is === 'ended' || message.is === 'refused') this.#forget(message.session, this.#now)
      // The world is closed when all regions have closed it, and homes never are.
      if (message.is !== 'closed') this.#listener?.receive(message)
    }
  }

  /** A world is opened for the gateway when the first region has it. */
  #open(message: Down & { is: 'opened' }): void {
    const { instance, width, height, ticksPerSecond } = message.world
    if (this.#blends.has(instance)) return
    this.#blends.set(instance, new Blend(gameOn(this.#options.game, { width, height, ticksPerSecond })))
    this.#listener?.receive(message)
  }

  /** Follows what a region tells of a world. */
  #follow(joined: Joined, instance: number): ReplicaListener {
    const take = ({ id, index }: Presence, hasJumped: boolean): void => {
      const source = joined.remote.source(instance)
      const speaker = this.#speakers.get(id)
      if (!source || index < 0 || (speaker && speaker !== joined)) return
      this.#speakers.set(id, joined)
      this.#blends.get(instance)?.take(source, index, hasJumped)
    }
    return {
      entered: (presence) => take(presence, false),
      changed: (presence) => take(presence, false),
      moved: (presence, _tick, hasJumped) => presence.isKnown && take(presence, hasJumped),
      left: ({ id }, why) => {
        if (this.#speakers.get(id) !== joined) return
        this.#speakers.delete(id)
        this.#blends.get(instance)?.remove(id, why === 'removed')
      },
    }
  }

  /** A region tells of a tick: the one before is told, whoever may be late. */
  #begins(instance: number, tick: number): void {
    const collected = this.#collected.get(instance)
    if (collected && tick > collected.tick && collected.tick > collected.told) this.#tell()
  }

  #collect(joined: Joined, { instance, tick, players, events }: TickNews): void {
    const collected = this.#collected.get(instance) ?? { tick: 0, told: 0, players: [], events: [] }
    this.#collected.set(instance, collected)
    collected.tick = Math.max(collected.tick, tick)
    for (const news of players) {
      if (this.#routes.get(news.session) !== joined) continue
      collected.players.push(tick > collected.told ? news : this.#late(joined, news, tick))
    }
    collected.events.push(...events)
  }

  /** Returns news that came too late for their tick, for the next one; how the character was the region tells anew. */
  #late(joined: Joined, news: PlayerNews, tick: number): PlayerNews {
    const late = new PlayerNews(news.session)
    Object.assign(late, news, { follow: [...news.follow], unfollow: [...news.unfollow], ownState: undefined })
    if (news.ownState)
      joined.remote.send({ is: 'settled', session: news.session, tick, fate: 'untold' }, this.#now)
    return late
  }

  #tellIfComplete(): void {
    let [tick, isDue] = [0, false]
    for (const collected of this.#collected.values()) {
      tick = Math.max(tick, collected.tick)
      isDue ||= collected.tick > collected.told
    }
    for (const { isThere, ticked } of this.#regions.values()) if (isThere && ticked < tick) return
    if (isDue) this.#tell()
  }

  /** Tells the gateway what was collected. */
  #tell(): void {
    for (const [instance, collected] of this.#collected) {
      const { tick, players, events } = collected
      if (tick <= collected.told) continue
      collected.told = tick
      for (const news of players) this.#look(news, instance)
      this.#listener?.receive({ is: 'tick', instance, tick, players, events })
      players.length = 0
      events.length = 0
    }
    this.#listener?.receive({ is: 'ticked', times: this.#times })
  }

  /** Tells the other regions where a player looks, when that is another cell. */
  #look({ session, hasPlace, x, y, radius }: PlayerNews, instance: number): void {
    const blend = this.#blends.get(instance)
    if (!hasPlace || !blend || this.#regions.size < 2) return
    const { grid } = blend.ledger
    const cell = grid.column(x) + grid.row(y) * grid.columns
    const looking = this.#looking.get(session) ?? { cell: -1, radius: -1, instance }
    if (looking.cell === cell && looking.radius === radius && looking.instance === instance) return
    this.#looking.set(session, { cell, radius, instance })
    this.#tellOthers(session, { is: 'watch', session, instance, x, y, radius })
  }

  #tellOthers(session: number, message: Up): void {
    const own = this.#routes.get(session)
    for (const joined of this.#regions.values())
      if (joined !== own && joined.isThere) joined.remote.send(message, this.#now)
  }

  #forget(session: number, now: Instant): void {
    this.#now = now
    const looking = this.#looking.get(session)
    this.#looking.delete(session)
    if (looking)
      this.#tellOthers(session, { is: 'watch', session, instance: looking.instance, x: 0, y: 0, radius: -1 })
    this.#routes.delete(session)
  }
}
