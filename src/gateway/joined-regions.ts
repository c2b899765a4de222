import { hypot, type Instant, instant, type Readings } from '../core/index.ts'
import {
  type BytePipe,
  type CharacterFacts,
  type Down,
  type EventNews,
  type Handoff,
  PlayerNews,
  type RegionLink,
  type RegionListener,
  type TickNews,
  type Up,
} from '../region/message/index.ts'
import { Blend, type Source, topicKey } from '../replication/index.ts'
import { type AnyGame, gameOn } from '../world/index.ts'
import type { JoinedRegion } from './joined-region.ts'
import { RemoteRegion } from './remote-region.ts'
import { newRoute, noteSent, type Route } from './route.ts'
import { Searches } from './searches.ts'
import { ShownEntities, type ToldEntity } from './shown-entities.ts'

/** The most requests that wait for an answer of one region. */
const ASKS_MAX = 65_536
/** The most messages that wait for a player on the way to another region. */
const WAITING_MAX = 256
/** How long a player whose region died waits for another to have the character, before entering anew, in ms. */
const STRANDED_MS = 10_000
/** How soon a region is looked for that has a player, or that takes in who is to enter anew, in ms. */
const AGAIN_MS = 250
/** How long whoever enters waits for a region that speaks for the place, in ms; and the most who wait. */
const ENTRANCE_MS = 5000
const ENTERING_MAX = 4096

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
  /**
   * Returns the region that somebody comes in at, of those that are there; `speakerOf` tells which one speaks for a
   * district. While there is none, whoever enters waits for some seconds.
   */
  readonly entrance: (
    message: Up & { is: 'enter' },
    names: readonly string[],
    speakerOf: (district: number) => string | undefined,
  ) => string | undefined
  /** Returns whether somebody speaks for every district; always, when left out. */
  readonly isWhole?: (speakerOf: (district: number) => string | undefined) => boolean
  /**
   * Reads how a kept character is by now, of a player whose region died and whom no other has; undefined when its lease
   * is no longer ours. Guests come in as they first did. Where it is left out, such players stay where they are.
   */
  readonly read?: (character: CharacterFacts) => Promise<CharacterFacts | undefined>
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
  readonly #regions = new Map<string, JoinedRegion>()
  readonly #blends = new Map<number, Blend>()
  readonly #collected = new Map<number, Collected>()
  /** By session: the region that has its player, and where that looks. */
  readonly #routes = new Map<number, Route>()
  readonly #looking = new Map<number, Looking>()
  /** By session: those who wait for a region that speaks for the place where they come in. */
  readonly #entering = new Map<number, { readonly said: Up[]; readonly until: number }>()
  /** Sessions whose player is looked for. */
  readonly #searches: Searches
  readonly #shown: ShownEntities
  #listener: RegionListener | undefined
  #times = { workMs: 0, worstMs: 0, lateMs: 0 }
  #now: Instant = 0 as Instant

  constructor(options: JoinedRegionsOptions) {
    this.#options = options
    this.#shown = new ShownEntities(options.game, this.#regions, this.#blends)
    const speakerOf = (district: number): string | undefined => this.#shown.speakerOf(district)
    this.#searches = new Searches({
      names: () => this.names,
      isWhole: () => options.isWhole?.(speakerOf) ?? true,
      ask: (region, message) => this.#regions.get(region)?.remote.send(message, this.#now),
      missed: (session) => this.#listener?.receive({ is: 'unclaimed', session }),
    })
  }

  /** The names of the regions that are there. */
  get names(): string[] {
    return [...this.#regions.values()].filter(({ isThere }) => isThere).map(({ name }) => name)
  }

  /** Entities that went from one region to another, as far as was heard of here: the newest few, oldest first. */
  get handoffs(): readonly Handoff[] {
    return this.#shown.handoffs
  }

  measure(readings: Readings): void {
    this.#shown.measure(readings)
  }

  /** Joins a region over a pipe. @returns to be handed each packet of it */
  join(name: string, pipe: BytePipe): (packet: Uint8Array) => void {
    const remote = new RemoteRegion(this.#options.game, pipe, {
      begins: (instance, tick) => this.#begins(instance, tick),
      listenerOf: (instance) => this.#shown.follow(joined, instance),
    })
    const joined: JoinedRegion = {
      name,
      remote,
      isThere: true,
      newest: 0,
      ticked: 0,
      stoodAt: undefined,
      asks: new Set(),
    }
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
      this.#listener?.receive({
        is: 'reply',
        ask,
        answer: { sorry: 'The server cannot answer just now; ask again.' },
      })
    joined.asks.clear()
    this.#regions.delete(name)
    this.#shown.lost(joined)
    for (const route of this.#routes.values()) if (route.joined === joined) route.strandedAt = this.#now
    this.#searches.lost(name, this.#now)
    this.#tellIfComplete()
  }

  /** Brings players in anew whose region died, and whom no other has after a while. Call it often. */
  advance(now: Instant): void {
    this.#now = now
    this.#searches.advance(now)
    for (const [session, { said, until }] of this.#entering) {
      const [message, ...after] = said
      if (message.is !== 'enter') continue
      const joined = this.#entranceOf(message)
      if (!joined && now < until) continue
      this.#entering.delete(session)
      if (joined) for (const one of [message, ...after]) this.send(one, now)
      else this.#refuse(session)
    }
    for (const [session, route] of this.#routes) {
      const { strandedAt, key } = route
      if (strandedAt === undefined) continue
      // Its region may not have saved that it came over another gateway: then it says nothing of itself.
      const isSought = key !== '' && !route.isAway && now - strandedAt >= AGAIN_MS
      if (isSought && !this.#searches.isOn(session))
        this.#searches.begin({ is: 'reclaim', session, key, isHere: true }, now)
      if (now - strandedAt < STRANDED_MS) continue
      route.strandedAt = now
      void this.#enterAgain(session, route)
    }
  }

  async #enterAgain(session: number, route: Route): Promise<void> {
    const { read } = this.#options
    const { enter } = route
    if (!read) return
    const character = enter.character && (await read(enter.character).catch(() => undefined))
    if (this.#routes.get(session) !== route || route.strandedAt === undefined) return
    if (enter.character && !character) {
      this.#forget(session, this.#now)
      this.#listener?.receive({ is: 'ended', session, ...LOST })
      return
    }
    const again = { ...enter, character, isStandIn: true }
    const joined = this.#entranceOf(again)
    if (!joined) return
    this.#searches.end(session)
    Object.assign(route, { joined, before: undefined, since: 0, enter: again, strandedAt: undefined })
    Object.assign(route, { isAnew: true, isFollowingAnew: true })
    joined.remote.send(again, this.#now)
    if (route.isAway) joined.remote.send({ is: 'away', session }, this.#now)
  }

  /** Returns whether news of an entity would be listened to, if they came from this region. */
  wouldHear(region: string, entity: number): boolean {
    return this.#shown.wouldHear(region, entity)
  }

  /**
   * Listens to nobody about a district below this epoch: somebody takes it over.
   *
   * @returns what is known of its entities; undefined for an epoch that is behind
   */
  fence(district: number, epoch: number): ToldEntity[] | undefined {
    return this.#shown.fence(district, epoch)
  }

  open(gateway: RegionListener): void {
    this.#listener = gateway
    for (const joined of this.#regions.values())
      joined.remote.open({ receive: (message) => this.#hear(joined, message) })
  }

  send(message: Up, now: Instant): void {
    this.#now = now
    if (message.is === 'reclaim') {
      this.#searches.begin(message, now)
      return
    }
    if (message.is === 'enter') {
      const joined = this.#entranceOf(message)
      if (joined) this.#routes.set(message.session, newRoute(joined, message))
      else {
        if (this.#entering.size >= ENTERING_MAX) this.#refuse(message.session)
        else this.#entering.set(message.session, { said: [message], until: now + ENTRANCE_MS })
        return
      }
    }
    const entering = this.#entering.get(message.session)
    if (entering) {
      if (message.is === 'leave') {
        this.#entering.delete(message.session)
        this.#sendNowhere(message)
      } else if (entering.said.length < WAITING_MAX) entering.said.push(message)
      return
    }
    const route = this.#routes.get(message.session)
    if (message.is === 'leave') this.#forget(message.session, now)
    if (message.is === 'account' && route) route.enter = { ...route.enter, account: message.account }
    if (route) noteSent(route, message)
    if (!route?.joined.isThere) {
      this.#sendNowhere(message)
      return
    }
    this.#sendTo(route.joined, message, now)
  }

  #entranceOf(message: Up & { is: 'enter' }): JoinedRegion | undefined {
    const speakerOf = (district: number): string | undefined => this.#shown.speakerOf(district)
    const joined = this.#regions.get(this.#options.entrance(message, this.names, speakerOf) ?? '')
    return joined?.isThere ? joined : undefined
  }

  #refuse(session: number): void {
    const reason = 'The world is not there just now; try again in a moment.'
    this.#listener?.receive({ is: 'refused', session, code: 'busy', reason })
  }

  #sendTo(joined: JoinedRegion, message: Up, now: Instant): void {
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
      const answer = { sorry: 'The server cannot answer just now; ask again.' }
      this.#listener?.receive({ is: 'reply', ask: message.ask, answer })
    }
  }

  #hear(joined: JoinedRegion, message: Down): void {
    if (message.is === 'tick') this.#collect(joined, message)
    else if (message.is === 'ticked') {
      this.#times = message.times
      joined.ticked = joined.newest
      this.#shown.ticked(joined)
      this.#tellIfComplete()
    } else if (message.is === 'taken') this.#taken(joined, message)
    else if (message.is === 'returned') this.#returned(joined, message.message)
    else if (message.is === 'released') this.#released(joined, message)
    else if (message.is === 'speaks') this.#shown.speaks(joined, message)
    else if (message.is === 'holds') for (const held of message.entities) this.#shown.holds(joined, held)
    else if (message.is === 'stands') for (const stood of message.entities) this.#shown.stands(joined, stood)
    else if (message.is === 'opened') this.#open(joined, message)
    else {
      if (message.is === 'reply') joined.asks.delete(message.ask)
      if (message.is === 'entered' && !this.#entered(joined, message)) return
      if (message.is === 'reclaimed') this.#reclaimed(joined, message)
      if (message.is === 'unclaimed') {
        this.#searches.answered(message.session, joined.name, this.#now)
        return
      }
      if (this.#isOld(joined, message)) return
      if (message.is === 'moved') this.#moved(message)
      if (message.is === 'ended' || message.is === 'refused') this.#forget(message.session, this.#now)
      // The world is closed when all regions have closed it, and homes never are.
      if (message.is !== 'closed') this.#listener?.receive(message)
    }
  }

  /** @returns false for one whom the gateway has welcomed before: that one is told to be moved */
  #entered(joined: JoinedRegion, { session, player, instance }: Down & { is: 'entered' }): boolean {
    const route = this.#routes.get(session)
    if (!route) return true
    // The character has come back meanwhile: it is told to leave here.
    if (route.joined !== joined) return false
    const { isWelcome } = route
    Object.assign(route, { player, instance, isWelcome: true })
    for (const message of route.waiting.splice(0)) this.#sendAgain(route, message)
    if (!isWelcome) return true
    this.#listener?.receive({ is: 'moved', session, instance, tick: joined.newest })
    return false
  }

  /** Whether a region tells the end of a player whom another has by now. */
  #isOld(joined: JoinedRegion, message: Down): boolean {
    if (message.is !== 'ended' && message.is !== 'refused' && message.is !== 'gone') return false
    const route = this.#routes.get(message.session)
    return route !== undefined && route.joined !== joined
  }

  #reclaimed(joined: JoinedRegion, message: Down & { is: 'reclaimed' }): void {
    const { session, player, instance, name, account, character } = message
    const { key = '' } = this.#searches.end(session) ?? {}
    const { characterId = '', epoch = 0 } = character ?? {}
    const kept = { id: characterId, name, epoch, map: '', position: [], state: NO_STATE, items: [] }
    const route = newRoute(joined, {
      ...{ is: 'enter', session, name, account, key, isStandIn: false },
      character: character && kept,
    })
    Object.assign(route, { player, instance, isWelcome: true })
    this.#routes.set(session, route)
  }

  #moved({ session, instance }: Down & { is: 'moved' }): void {
    const route = this.#routes.get(session)
    if (!route) return
    route.instance = instance
    route.extras.clear()
    route.recent.length = 0
  }

  /** A region has a player who came from another. What that one may not have used is said again. */
  #taken(joined: JoinedRegion, message: Down & { is: 'taken' }): void {
    const { session, player, own, instance, tick, isStandIn } = message
    const route = this.#routes.get(session)
    if (!route) {
      joined.remote.send({ is: 'leave', session, how: 'left' }, this.#now)
      return
    }
    const isOther = route.joined !== joined && route.player !== player && route.strandedAt === undefined
    if (isOther && isStandIn && !route.isAnew) {
      joined.remote.send({ is: 'leave', session, how: 'lost' }, this.#now)
      return
    }
    // The character that was waited for is there after all: the one made instead of it goes.
    if (isOther && route.isAnew && !isStandIn)
      route.joined.remote.send({ is: 'leave', session, how: 'lost' }, this.#now)
    route.isAnew = isStandIn
    route.isFollowingAnew = true
    if (route.joined !== joined) {
      const looking = this.#looking.get(session)
      if (looking) this.#looking.set(session, { ...looking, cell: -1 })
      route.before = route.joined
      route.since = tick
    }
    route.joined = joined
    route.player = player
    route.strandedAt = undefined
    this.#searches.end(session)
    // Who goes on as soon as they have come in may be told of first by the region that they went to.
    if (!route.isWelcome && !isStandIn) {
      Object.assign(route, { instance, isWelcome: true })
      this.#listener?.receive({ is: 'entered', session, player, own, instance })
    }
    if (route.isAway) joined.remote.send({ is: 'away', session }, this.#now)
    const { newest, viewDelay, recent: changes } = route
    if (newest > 0 && route.instance === instance)
      joined.remote.send({ is: 'commands', session, instance, newest, viewDelay, changes }, this.#now)
    for (const message of route.waiting.splice(0)) this.#sendAgain(route, message)
  }

  /** What a region sent back goes to the one that has the player. */
  #returned(from: JoinedRegion, message: Up): void {
    const route = this.#routes.get(message.session)
    if (message.is === 'ask') from.asks.delete(message.ask)
    if (message.is === 'enter') this.#turnedAway(from, message)
    // It was said to a stand-in, which had gone on: whoever has that one by now hears it as soon as it says so. To say
    // it to the region of the character would have that one leave.
    else if (message.is === 'leave' && route) return
    else if (!route) this.#sendNowhere(message)
    else if (route.joined !== from) this.#sendAgain(route, message)
    else if (route.waiting.length < WAITING_MAX) route.waiting.push(message)
    else this.#sendNowhere(message)
  }

  /** A region gives the district away where somebody wanted to enter: whoever has it next is asked. */
  #turnedAway(from: JoinedRegion, message: Up & { is: 'enter' }): void {
    const { session } = message
    const route = this.#routes.get(session)
    if (route?.joined !== from) return
    if (route.isWelcome) {
      route.strandedAt = instant(this.#now - STRANDED_MS + AGAIN_MS)
      return
    }
    this.#routes.delete(session)
    this.#entering.set(session, { said: [message], until: this.#now + ENTRANCE_MS })
  }

  /** A region has a player no more: where no other says in a while to have them, they come in anew. */
  #released(from: JoinedRegion, { session }: Down & { is: 'released' }): void {
    const route = this.#routes.get(session)
    if (route?.joined === from) route.strandedAt ??= this.#now
  }

  #sendAgain(route: Route, message: Up): void {
    // It has come or gone again meanwhile.
    if ((message.is === 'away' && !route.isAway) || (message.is === 'speak' && route.isAway)) return
    if (route.joined.isThere) this.#sendTo(route.joined, message, this.#now)
    else this.#sendNowhere(message)
  }

  /** A world is opened for the gateway when the first region has it. */
  #open(joined: JoinedRegion, message: Down & { is: 'opened' }): void {
    const { instance, width, height, ticksPerSecond } = message.world
    for (const [session, { radius, instance: where }] of this.#looking) {
      const { place, extras, joined: own } = this.#routes.get(session) ?? {}
      if (where === instance && place && extras && own?.name !== joined.name)
        joined.remote.send(
          { is: 'watch', session, instance, ...place, radius, extras: [...extras], isRegion: false },
          this.#now,
        )
    }
    if (this.#blends.has(instance)) return
    this.#blends.set(instance, new Blend(gameOn(this.#options.game, { width, height, ticksPerSecond })))
    this.#listener?.receive(message)
  }

  /** A region tells of a tick: the one before is told, whoever may be late. */
  #begins(instance: number, tick: number): void {
    const collected = this.#collected.get(instance)
    if (collected && tick > collected.tick && collected.tick > collected.told) this.#tell()
  }

  #collect(joined: JoinedRegion, { instance, tick, players, events }: TickNews): void {
    const collected = this.#collected.get(instance) ?? { tick: 0, told: 0, players: [], events: [] }
    this.#collected.set(instance, collected)
    collected.tick = Math.max(collected.tick, tick)
    joined.newest = Math.max(joined.newest, tick)
    for (const news of players) {
      const route = this.#routes.get(news.session)
      if (!route) continue
      const isOwn = route.joined === joined && tick >= route.since
      if (!isOwn && !(route.before === joined && tick < route.since)) continue
      if (isOwn && route.isFollowingAnew && news.follow.length > 0) {
        route.isFollowingAnew = false
        for (const key of route.extras)
          if (!news.follow.includes(key) && !news.unfollow.some((one) => one.key === key))
            news.unfollow.push({ key, isGone: false })
      }
      if (tick > collected.told) collected.players.push(news)
      else collected.players.unshift(this.#late(route.joined, news, tick))
    }
    for (const event of events)
      collected.events.push(event.others ? this.#allWhoHear(event, instance) : event)
  }

  /** Adds to those whom the region named those of other regions who hear an event. */
  #allWhoHear({ event, body, sessions = [], others }: EventNews, instance: number): EventNews {
    const all = new Set(sessions)
    const { near, player, group } = others ?? {}
    const topic = group === undefined ? -1 : topicKey({ kind: 'group', id: group })
    for (const [session, { place, extras, player: id, instance: where }] of this.#routes) {
      if (where !== instance) continue
      const isNear = near && place && hypot(place.x - near.x, place.y - near.y) <= near.radius
      if (isNear || id === player || extras.has(topic)) all.add(session)
    }
    return { event, body, sessions: [...all] }
  }

  /** Returns news that came too late for their tick, for the next one; how the character was the region tells anew. */
  #late(joined: JoinedRegion, news: PlayerNews, tick: number): PlayerNews {
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
    for (const { tick, told } of this.#collected.values()) if (tick > told) this.#shown.reach(tick)
    this.#shown.showStanding()
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
    this.#shown.removeLost()
  }

  /** Tells the other regions where a player looks, when that is another cell, and what else they follow. */
  #look({ session, hasPlace, x, y, radius, follow, unfollow }: PlayerNews, instance: number): void {
    const blend = this.#blends.get(instance)
    const route = this.#routes.get(session)
    if (!route || !blend) return
    for (const { key } of unfollow) route.extras.delete(key)
    for (const key of follow) route.extras.add(key)
    route.place = hasPlace ? { x, y } : undefined
    if (!hasPlace) return
    const { grid } = blend.ledger
    const cell = grid.column(x) + grid.row(y) * grid.columns
    const looking = this.#looking.get(session) ?? { cell: -1, radius: -1, instance }
    const isSame = looking.cell === cell && looking.radius === radius && looking.instance === instance
    if (isSame && follow.length + unfollow.length === 0) return
    this.#looking.set(session, { cell, radius, instance })
    this.#tellOthers(session, {
      is: 'watch',
      session,
      instance,
      x,
      y,
      radius,
      extras: [...route.extras],
      isRegion: false,
    })
  }

  #tellOthers(session: number, message: Up): void {
    const own = this.#routes.get(session)?.joined.name
    for (const joined of this.#regions.values())
      if (joined.name !== own && joined.isThere) joined.remote.send(message, this.#now)
  }

  #forget(session: number, now: Instant): void {
    this.#now = now
    const looking = this.#looking.get(session)
    this.#looking.delete(session)
    if (looking)
      this.#tellOthers(session, {
        is: 'watch',
        session,
        instance: looking.instance,
        x: 0,
        y: 0,
        radius: -1,
        extras: [],
        isRegion: false,
      })
    this.#routes.delete(session)
    this.#searches.end(session)
  }
}

const LOST = { code: 'taken-over', reason: 'Your character is elsewhere now.' } as const

const NO_STATE = new Uint8Array(0)
