import { hypot, type Instant, instant, type Readings } from '../core/index.ts'
import {
  type BytePipe,
  type CharacterFacts,
  type Down,
  type EventNews,
  type Handoff,
  type HeldEntity,
  Holders,
  PlayerNews,
  type RegionLink,
  type RegionListener,
  STAND_TICKS,
  type TickNews,
  type Up,
} from '../region/message/index.ts'
import {
  Blend,
  type LeaveReason,
  type Presence,
  type ReplicaListener,
  type Source,
  toldSince,
  toldState,
  topicKey,
} from '../replication/index.ts'
import { type AnyGame, gameOn } from '../world/index.ts'
import { RemoteRegion } from './remote-region.ts'
import { Searches } from './searches.ts'

/** The most requests that wait for an answer of one region. */
const ASKS_MAX = 65_536
/** How many commands of a player are kept, to be repeated to the region that takes the player. */
const RECENT_MAX = 32
/** The most messages that wait for a player on the way to another region. */
const WAITING_MAX = 256
/** For how many ticks an entity is shown that no region tells of any more: the next may be about to. */
const BETWEEN_TICKS = 30
/** How long a player whose region died waits for another to have the character, before entering anew, in ms. */
const STRANDED_MS = 10_000
/** How soon a region is looked for that has a player, or that takes in who is to enter anew, in ms. */
const AGAIN_MS = 250
/** How long whoever enters waits for a region that speaks for the place, in ms; and the most who wait. */
const ENTRANCE_MS = 5000
const ENTERING_MAX = 4096

/** One of the regions that share a world. */
interface Joined {
  readonly name: string
  readonly remote: RemoteRegion
  /** Whether its news are expected: others wait for them. */
  isThere: boolean
  /** The newest tick that it has told of. */
  newest: number
  /** The newest tick that is complete. */
  ticked: number
  /** The tick at which what it has is shown standing, since nothing was heard of it for so long. */
  stoodAt: number | undefined
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

/** Which region has a session's player. */
interface Route {
  joined: Joined
  /** The first tick of that region. */
  since: number
  /** The region that had the player before; undefined for one who has not changed. */
  before: Joined | undefined
  player: number
  isAway: boolean
  /** The topics without a place that the player follows. */
  readonly extras: Set<number>
  /** The commands said last, and how they were said. */
  recent: { tick: number; command: unknown }[]
  newest: number
  viewDelay: number
  instance: number
  /** Where the player looks. */
  place: { x: number; y: number } | undefined
  /** What the region sent back before another said that it has the player. */
  readonly waiting: Up[]
  /** How the player came in, here or at another gateway. */
  enter: Up & { readonly is: 'enter' }
  /** By what regions know the player, whatever the gateway; empty where there is none. */
  readonly key: string
  /** Whether the gateway has had its answer: whatever lets the player in after that is a move. */
  isWelcome: boolean
  /** Since when the region that had the player is gone; undefined while one has the player. */
  strandedAt: number | undefined
  /** Whether the player came in anew, since no region had the character for too long. */
  isAnew: boolean
  /** Whether the region says next all that the player follows: what is not among it is followed no more. */
  isFollowingAnew: boolean
}

/** What a receiver knows of an entity, for whoever takes its district over. */
export interface ToldEntity {
  readonly entity: number
  readonly hop: number
  readonly tick: number
  readonly state: Uint8Array
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
  readonly #regions = new Map<string, Joined>()
  readonly #blends = new Map<number, Blend>()
  readonly #collected = new Map<number, Collected>()
  /** By session: the region that has its player, and where that looks. */
  readonly #routes = new Map<number, Route>()
  readonly #looking = new Map<number, Looking>()
  /** By session: those who wait for a region that speaks for the place where they come in. */
  readonly #entering = new Map<number, { readonly said: Up[]; readonly until: number }>()
  /** Sessions whose player is looked for. */
  readonly #searches: Searches
  /** By entity: the region that tells of it. */
  readonly #speakers = new Map<number, Joined>()
  /** Which region says to have each entity. */
  readonly #holders = new Holders()
  /** Entities of whom the region that told of them is not listened to any more: the last tick that it was. */
  readonly #refused = new Map<number, number>()
  /** Regions that are lost, whose entities are not shown standing yet. */
  readonly #lost = new Set<Joined>()
  /** Entities that nobody tells of at the moment, and since which tick. */
  readonly #between = new Map<number, { readonly instance: number; readonly tick: number }>()
  #tick = 0
  #listener: RegionListener | undefined
  #times = { workMs: 0, worstMs: 0, lateMs: 0 }
  #now: Instant = 0 as Instant

  constructor(options: JoinedRegionsOptions) {
    this.#options = options
    const speakerOf = (district: number): string | undefined => this.#holders.speakerOf(district)
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
    return this.#holders.handoffs
  }

  measure(readings: Readings): void {
    this.#holders.measure(readings)
  }

  /** Joins a region over a pipe. @returns to be handed each packet of it */
  join(name: string, pipe: BytePipe): (packet: Uint8Array) => void {
    const remote = new RemoteRegion(this.#options.game, pipe, {
      begins: (instance, tick) => this.#begins(instance, tick),
      listenerOf: (instance) => this.#follow(joined, instance),
    })
    const joined: Joined = {
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
    this.#lost.add(joined)
    this.#holders.lost(name)
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
    return this.#holders.wouldHear(region, entity)
  }

  /**
   * Listens to nobody about a district below this epoch: somebody takes it over.
   *
   * @returns what is known of its entities; undefined for an epoch that is behind
   */
  fence(district: number, epoch: number): ToldEntity[] | undefined {
    if (!this.#holders.raise(district, epoch)) return undefined
    const known: ToldEntity[] = []
    for (const [entity, { hop }] of this.#holders.inDistrict(district)) {
      const told = this.#toldOf(entity, hop)
      if (told) known.push(told)
    }
    return known
  }

  #toldOf(entity: number, hop: number): ToldEntity | undefined {
    const joined = this.#speakers.get(entity)
    const found = joined?.remote.presenceOf(entity)
    const source = found && joined?.remote.source(found.instance)
    if (!source || !found || found.presence.index < 0) return undefined
    const { index } = found.presence
    const newest = joined?.newest ?? 0
    const known = this.#holders.knownUntil(entity, newest)
    // Whoever tells how it goes on has it, listened to or not.
    const tick = toldSince(source, index) > known ? newest : known
    return { entity, hop, tick, state: toldState(this.#options.game, source, index, tick) }
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

  #entranceOf(message: Up & { is: 'enter' }): Joined | undefined {
    const speakerOf = (district: number): string | undefined => this.#holders.speakerOf(district)
    const joined = this.#regions.get(this.#options.entrance(message, this.names, speakerOf) ?? '')
    return joined?.isThere ? joined : undefined
  }

  #refuse(session: number): void {
    const reason = 'The world is not there just now; try again in a moment.'
    this.#listener?.receive({ is: 'refused', session, code: 'busy', reason })
  }

  #sendTo(joined: Joined, message: Up, now: Instant): void {
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

  #hear(joined: Joined, message: Down): void {
    if (message.is === 'tick') this.#collect(joined, message)
    else if (message.is === 'ticked') {
      this.#times = message.times
      joined.ticked = joined.newest
      for (const entity of this.#holders.heard(joined.name)) this.#takeWhatIsTold(joined, entity)
      this.#tellIfComplete()
    } else if (message.is === 'taken') this.#taken(joined, message)
    else if (message.is === 'returned') this.#returned(joined, message.message)
    else if (message.is === 'released') this.#released(joined, message)
    else if (message.is === 'speaks') this.#speaks(joined, message)
    else if (message.is === 'holds') for (const held of message.entities) this.#holds(joined, held)
    else if (message.is === 'stands')
      for (const stood of message.entities) this.#holders.stands(joined.name, stood)
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
  #entered(joined: Joined, { session, player, instance }: Down & { is: 'entered' }): boolean {
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
  #isOld(joined: Joined, message: Down): boolean {
    if (message.is !== 'ended' && message.is !== 'refused' && message.is !== 'gone') return false
    const route = this.#routes.get(message.session)
    return route !== undefined && route.joined !== joined
  }

  #reclaimed(joined: Joined, message: Down & { is: 'reclaimed' }): void {
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
  #taken(joined: Joined, message: Down & { is: 'taken' }): void {
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
  #returned(from: Joined, message: Up): void {
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
  #turnedAway(from: Joined, message: Up & { is: 'enter' }): void {
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
  #released(from: Joined, { session }: Down & { is: 'released' }): void {
    const route = this.#routes.get(session)
    if (route?.joined === from) route.strandedAt ??= this.#now
  }

  #sendAgain(route: Route, message: Up): void {
    // It has come or gone again meanwhile.
    if ((message.is === 'away' && !route.isAway) || (message.is === 'speak' && route.isAway)) return
    if (route.joined.isThere) this.#sendTo(route.joined, message, this.#now)
    else this.#sendNowhere(message)
  }

  /** A region speaks for a district: of what others had there it says in a moment that it has it, or it is no more. */
  #speaks(joined: Joined, { district, epoch }: Down & { is: 'speaks' }): void {
    for (const entity of this.#holders.speaks(joined.name, district, epoch)) {
      const { instance } = this.#speakers.get(entity)?.remote.presenceOf(entity) ?? {}
      if (instance === undefined) this.#holders.forget(entity)
      else this.#between.set(entity, { instance, tick: this.#tick })
    }
  }

  #holds(joined: Joined, held: HeldEntity): void {
    const { entity } = held
    if (!this.#holders.holds(joined.name, held)) return
    const before = this.#speakers.get(entity)
    if (before && before !== joined) {
      const { instance } = before.remote.presenceOf(entity) ?? {}
      if (instance !== undefined) this.#between.set(entity, { instance, tick: this.#tick })
    }
  }

  #take(joined: Joined, instance: number, { id, index }: Presence, hasJumped: boolean): void {
    const source = joined.remote.source(instance)
    if (!source || index < 0) return
    const speaker = this.#speakers.get(id)
    if (speaker !== joined) {
      const holder = this.#holders.of(id)
      if (holder ? holder.region !== joined.name : speaker) return
    }
    if (!this.#holders.mayTell(joined.name, id)) {
      if (speaker === joined && !this.#refused.has(id)) this.#refused.set(id, joined.newest)
      return
    }
    this.#speakers.set(id, joined)
    this.#between.delete(id)
    this.#refused.delete(id)
    this.#blends.get(instance)?.take(source, index, hasJumped)
  }

  /** Shows standing what nobody has stepped, and what is of a region that was not heard of, for some ticks. */
  #showStanding(): void {
    for (const [entity, since] of this.#holders.standing)
      if (this.#tick - since >= STAND_TICKS) this.#showStandingAt(entity, since)
    for (const [entity, since] of this.#refused)
      if (!this.#speakers.has(entity)) this.#refused.delete(entity)
      else if (this.#tick - since >= STAND_TICKS) this.#showStandingAt(entity, since)
    for (const joined of this.#regions.values()) this.#showBehind(joined)
    for (const joined of this.#lost) {
      this.#showBehind(joined)
      if (joined.stoodAt === joined.newest) this.#lost.delete(joined)
    }
  }

  #showBehind(joined: Joined): void {
    const isBehind = this.#tick - joined.newest >= STAND_TICKS
    // Of what comes late it may be shown going on again: it stands as of the newest.
    const stoodAt = isBehind ? joined.newest : undefined
    if (stoodAt === joined.stoodAt) return
    joined.stoodAt = stoodAt
    for (const [entity, speaker] of this.#speakers) {
      if (speaker !== joined) continue
      if (isBehind) this.#showStandingAt(entity, this.#holders.knownUntil(entity, joined.newest))
      else this.#takeWhatIsTold(joined, entity)
    }
  }

  /** Brings an entity that a region tells of to what it tells. */
  #takeWhatIsTold(joined: Joined, entity: number): void {
    if (!this.#holders.isSettled(entity)) return
    const found = joined.remote.presenceOf(entity)
    if (found?.presence.isKnown) this.#take(joined, found.instance, found.presence, false)
  }

  #showStandingAt(entity: number, tick: number): void {
    const { instance } = this.#speakers.get(entity)?.remote.presenceOf(entity) ?? {}
    if (instance !== undefined) this.#blends.get(instance)?.stand(entity, tick)
  }

  /** Takes out what nobody has told of for too long. */
  #removeLost(): void {
    for (const [entity, { instance, tick }] of this.#between) {
      if (this.#tick - tick < BETWEEN_TICKS) continue
      this.#between.delete(entity)
      const holder = this.#holders.of(entity)
      const speaker = this.#speakers.get(entity)
      if (speaker && (!holder || holder.region !== speaker.name || !speaker.isThere)) {
        this.#speakers.delete(entity)
        this.#refused.delete(entity)
        this.#blends.get(instance)?.remove(entity, false)
      }
      if (!holder || !this.#regions.has(holder.region)) this.#holders.forget(entity)
    }
  }

  /** A world is opened for the gateway when the first region has it. */
  #open(joined: Joined, message: Down & { is: 'opened' }): void {
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

  /** Follows what a region tells of a world. */
  #follow(joined: Joined, instance: number): ReplicaListener {
    const take = (presence: Presence, hasJumped: boolean): void =>
      this.#take(joined, instance, presence, hasJumped)
    return {
      entered: (presence) => take(presence, false),
      changed: (presence) => take(presence, false),
      moved: (presence, _tick, hasJumped) => presence.isKnown && take(presence, hasJumped),
      left: ({ id }, why) => this.#left(joined, instance, id, why),
    }
  }

  #left(joined: Joined, instance: number, id: number, why: LeaveReason): void {
    if (this.#speakers.get(id) !== joined) return
    const holder = this.#holders.of(id)
    // Another has it, and tells of it in a moment.
    if (why !== 'removed' && holder && holder.region !== joined.name) {
      this.#between.set(id, { instance, tick: this.#tick })
      return
    }
    this.#speakers.delete(id)
    this.#between.delete(id)
    this.#refused.delete(id)
    this.#blends.get(instance)?.remove(id, why === 'removed')
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
    for (const { tick, told } of this.#collected.values())
      if (tick > told) this.#tick = Math.max(this.#tick, tick)
    this.#showStanding()
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
    if (this.#between.size > 0) this.#removeLost()
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

function newRoute(joined: Joined, enter: Route['enter']): Route {
  return {
    ...{
      enter,
      key: enter.key,
      isWelcome: false,
      strandedAt: undefined,
      isAnew: false,
      isFollowingAnew: false,
    },
    ...{ joined, since: 0, before: undefined, player: -1, isAway: false, extras: new Set(), recent: [] },
    ...{ newest: 0, viewDelay: 0, instance: 0, place: undefined, waiting: [] },
  }
}

/** Remembers what is to be said again to a region that takes the player. */
function noteSent(route: Route, message: Up): void {
  if (message.is === 'away') route.isAway = true
  else if (message.is === 'speak') {
    route.isAway = false
    route.recent.length = 0
    route.newest = 0
  } else if (message.is === 'commands') {
    const { recent } = route
    route.newest = message.newest
    route.viewDelay = message.viewDelay
    for (const { tick, command } of message.changes)
      if (tick > (recent.at(-1)?.tick ?? 0)) recent.push({ tick, command })
    if (recent.length > RECENT_MAX) recent.splice(0, recent.length - RECENT_MAX)
  }
}
