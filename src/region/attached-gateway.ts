import type { Realm } from '../world/index.ts'
import { tellEvents } from './audience.ts'
import type { AnyDefinition } from './definition.ts'
import type { Interest } from './interest.ts'
import type { Down, EventNews, PlayerNews, RegionListener, TickNews, Up } from './message/index.ts'
import type { ServedPlayer } from './served-player.ts'
import type { ServedWorld } from './served-world.ts'

const NOBODY: ReadonlySet<ServedPlayer> = new Set()

/** Tracks a gateway that a region serves, and the players connected through it. */
export class AttachedGateway {
  /** The number of own states sent to players. */
  ownStates = 0
  /** Players, by the gateway's session number. */
  readonly players = new Map<number, ServedPlayer>()
  /** By session of a player on the way to another region: what came meanwhile. */
  readonly leaving = new Map<number, Up[]>()
  /** By session of a player whom another region has: until when what comes is sent back. */
  readonly left = new Map<number, number>()
  /** The gateway's name in the cluster; empty where there is none. */
  readonly name: string
  readonly #listener: RegionListener | undefined
  readonly #tick: TickNews & { readonly players: PlayerNews[]; readonly events: EventNews[] } = {
    is: 'tick',
    instance: 0,
    tick: 0,
    players: [],
    events: [],
  }

  /** @param listener  undefined for one that is not there: nothing is told it */
  constructor(listener: RegionListener | undefined, name: string) {
    this.#listener = listener
    this.name = name
  }

  /** Whether it is there: one that is not is told nothing. */
  get isThere(): boolean {
    return this.#listener !== undefined
  }

  tell(message: Down): void {
    this.#listener?.receive(message)
  }

  /** Sends the news of one world's tick: where its players look, what concerns each alone, and the events they hear. */
  tellTick(
    served: ServedWorld<ServedPlayer>,
    by: {
      readonly definition: AnyDefinition
      readonly interest: Interest
      readonly realm: Realm
      /** Whether other regions have some of those who may hear an event. */
      readonly isShared: boolean
    },
  ): void {
    const { definition, interest, realm, isShared } = by
    const news = this.#tick
    const { world } = served
    news.instance = served.instance.id
    news.tick = world.tick
    news.players.length = 0
    news.events.length = 0
    // A neighbour has no players, and is told of every tick as a gateway is.
    const players = this.players.size > 0 ? served.players : NOBODY
    for (const player of players) {
      if (!player.isHere || player.gateway !== this) continue
      player.news.clear()
      interest.point(player)
      player.feed.take(world, player.news)
      if (player.news.ownState) this.ownStates++
      news.players.push(player.news)
    }
    if (world.told.length > 0) {
      const own = [...players].filter(({ gateway }) => gateway === this)
      tellEvents(definition, { world, players: own, realm, isShared }, news.events)
    }
    this.tell(news)
  }
}
