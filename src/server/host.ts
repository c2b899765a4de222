import { after, FOREVER, type Instant, instant, milliseconds, type Random } from '../core/index.ts'
import {
  type News,
  type RefusalCode,
  type Resume,
  type Resumed,
  type Said,
  type ServerInformation,
  serverInformation,
} from '../dialect/index.ts'
import { NativeConversation, PROTOCOL_VERSION } from '../dialect/native/index.ts'
import { type Author, PacketReader, readHeard, View } from '../replication/index.ts'
import type { CharacterState } from '../store/index.ts'
import type { Link } from '../transport/index.ts'
import { encode } from '../wire/index.ts'
import type { Player, Realm, World, WorldMap } from '../world/index.ts'
import type { Admission, AdmittedAccount, AdmittedCharacter, Decision, Denial } from './admission.ts'
import { answer, type Reply } from './answer.ts'
import { tellEvents } from './audience.ts'
import { Connection } from './connection.ts'
import { type ClientContent, ContentDesk } from './content-desk.ts'
import type { AnyDefinition } from './definition.ts'
import { Keep, type KeepOptions } from './keep.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { NAME_WANTED, properName } from './name.ts'
import { Outbox, settle } from './outbox.ts'
import { Outlook } from './outlook.ts'
import { Pace } from './pace.ts'
import { type Resident, Residents } from './residents.ts'
import { Session, SessionBook, type Stand } from './session.ts'
import { Tally } from './tally.ts'
import { type Station, Worlds } from './worlds.ts'

/** Pages of accounts that one connection may ask before hello. */
const PAGES_MAX = 8
/** Requests of one connection that may wait for their handlers at a time. */
const ASKING_MAX = 16
/** Ticks made up for after a stall; the rest of a longer one is skipped. */
const CATCH_UP_TICKS = 5

export interface HostOptions {
  readonly limits?: Partial<Limits>
  readonly random: Random
  /** Fine time in ms, to measure work with; not used for anything the world does. */
  readonly stopwatch?: () => number
  /**
   * Told what a request's handler threw by mistake; the player gets a sentence and the world goes on. Left out, it is
   * thrown: in tests a mistake should be seen.
   */
  readonly report?: (error: unknown) => void
  /** Makes 16 bytes that nobody can guess: the tokens of sessions. Taken from `random` when left out, as in the lab. */
  readonly secret?: () => Uint8Array
  /** What clients keep current from here. */
  readonly content?: ClientContent
  /** Who decides who comes in; whoever has a name when left out. */
  readonly admission?: Admission
  /** What handlers keep things with. */
  readonly keep?: KeepOptions
}

/** What the server has done, for metrics and the curious. */
export interface HostStats {
  readonly tick: number
  readonly players: number
  /** Of these, how many have lost their connection and may come back. */
  readonly playersAway: number
  readonly connections: number
  readonly entities: number
  /** Homes of maps, and instances that are open. */
  readonly worlds: number
  /** Milliseconds a tick took, averaged over the last second or so. */
  readonly tickMs: number
  /** The longest that a tick took in the last second. */
  readonly tickMsWorst: number
  /** How late a tick began at most in the last second. */
  readonly tickLateMs: number
  /** Ticks that were left out after stalls. */
  readonly ticksSkipped: number
  /** Commands that came after their tick was made. */
  readonly commandsLate: number
  readonly bytesOut: number
  readonly packetsOut: number
  readonly bytesIn: number
  readonly packetsIn: number
  readonly advancesEncoded: number
  /** Views whose radius a crowd keeps down just now. */
  readonly viewsShrunk: number
  readonly dropped: Record<string, number>
  readonly closed: Record<string, number>
}

/**
 * A server without I/O: it is handed links and told the time, so that the same code runs over sockets and in the lab.
 *
 *     accept(link)           a connection; its packets go to its conversation as they come
 *     advance(now), wakeAt   each world: advance -> publish; crossings -> one frame for each player
 *
 * One packet's walk: link -> Conversation.receive -> Said -> Player.receive -> step -> Author -> Changes -> View -> link.
 */
export class Host {
  readonly limits: Limits
  /** Client content: what is in it, and who gets how much of it. */
  readonly content: ContentDesk
  /** Where to connect, as it is told to whoever asks: "ws://0.0.0.0:4000". */
  listeners: readonly string[] = []
  readonly #definition: AnyDefinition
  readonly #worlds: Worlds
  readonly #connections = new Set<Connection>()
  readonly #sessions = new Set<Session>()
  readonly #byPlayer = new Map<Player, Session>()
  readonly #book = new SessionBook()
  readonly #admission: Admission | undefined
  readonly #residents: Residents
  readonly #keep: Keep
  #admitting = 0
  readonly #secret: () => Uint8Array
  /** How many have come from where: connections, and players who are away. */
  readonly #addresses = new Map<string, number>()
  readonly #tally = new Tally()
  readonly #outbox = new Outbox(this.#tally)
  readonly #outlook: Outlook
  readonly #stopwatch: () => number
  readonly #report: ((error: unknown) => void) | undefined
  readonly #tickMs: number
  #now: Instant
  #nextTickAt: Instant
  #commandsLate = 0
  #away = 0
  readonly #pace = new Pace()
  #first = 0
  #isClosing = false

  constructor(definition: AnyDefinition, options: HostOptions, now: Instant) {
    const { game } = definition
    this.#definition = definition
    this.limits = { ...defaultLimits, ...options.limits }
    this.#stopwatch = options.stopwatch ?? (() => 0)
    this.#report = options.report
    this.#secret =
      options.secret ?? (() => Uint8Array.from({ length: 16 }, () => options.random.integer(0, 255)))
    this.#worlds = new Worlds(definition, options.random, options.report)
    this.#outlook = new Outlook(definition)
    this.#admission = options.admission
    this.#residents = new Residents(definition, this.realm, (error) => this.#mistake(error))
    this.#keep = new Keep(this.#residents, options.keep)
    this.#tickMs = 1000 / game.ticksPerSecond
    this.#now = now
    this.#nextTickAt = instant(now + this.#tickMs)
    this.content = new ContentDesk({
      content: options.content,
      maps: this.#worlds.shelf,
      limits: this.limits,
      tally: this.#tally,
      send: (connection, answer) => this.#outbox.sendContent(connection, answer),
    })
    // A text that is too long is the program's mistake: it is thrown here, and not when a stranger asks.
    encode(serverInformation, this.information)
  }

  /** All worlds: the home of each map, and the instances that are open. */
  get realm(): Realm {
    return this.#worlds.realm
  }

  /** The world where players come in. */
  get world(): World {
    return this.#worlds.home.world
  }

  /** What is told of that world; `authorOf` of others. */
  get author(): Author {
    return this.#worlds.home.author
  }

  /** What is told of the world of this id; undefined where there is none. */
  authorOf(instance: number): Author | undefined {
    const known = this.realm.get(instance)
    return known && this.#worlds.of(known).author
  }

  /** A piece of a map, or its index, by hash: what clients lack of the map that they were told of. */
  mapPiece(hash: string): Uint8Array | undefined {
    return this.#worlds.shelf.find(hash)
  }

  /**
   * Puts another map of the same size under the worlds of a map, and tells everyone there at once.
   *
   * @param name  the map where players come in when left out
   * @returns     how many stood in a new wall and were set free, and how many could not be
   * @throws      `world/wrong-map`, `world/unknown-map`, `world/lost-portal`; then nothing has changed
   */
  reloadMap(map: WorldMap, name = this.#worlds.home.instance.map): { freed: number; stuck: number } {
    const counts = this.realm.replaceMap(name, map)
    for (const station of this.#worlds.stations) this.#tellMap(station)
    return counts
  }

  /** When the next tick is due. */
  get wakeAt(): Instant {
    return this.#nextTickAt
  }

  get stats(): HostStats {
    const { bytesIn, packetsIn, bytesOut, packetsOut, dropped, closed } = this.#tally
    return {
      tick: this.world.tick,
      players: this.#sessions.size,
      playersAway: this.#away,
      connections: this.#connections.size,
      entities: this.#sum(({ world }) => world.entityCount),
      worlds: this.#sum(() => 1),
      tickMs: this.#pace.workMs,
      tickMsWorst: this.#pace.worstMs,
      tickLateMs: this.#pace.lateMs,
      ticksSkipped: this.#pace.skipped,
      commandsLate: this.#commandsLate,
      bytesOut,
      packetsOut,
      bytesIn,
      packetsIn,
      advancesEncoded: this.#sum(({ desk }) => desk.changes.encoded),
      viewsShrunk: this.#viewsShrunk,
      dropped: dropped.snapshot(),
      closed,
    }
  }

  #sum(of: (station: Station) => number): number {
    let sum = 0
    for (const station of this.#worlds.stations) sum += of(station)
    return sum
  }

  /** What anyone may know without a login. */
  get information(): ServerInformation {
    const { game, options } = this.#definition
    return {
      protocol: PROTOCOL_VERSION,
      name: options.name ?? game.name,
      welcome: options.welcome ?? '',
      game: game.name,
      version: game.version,
      fingerprint: game.fingerprint,
      content: this.content.version,
      players: this.#sessions.size,
      playersMax: this.limits.players,
      levelCap: options.levelCap,
      listeners: this.listeners.slice(0, 16),
    }
  }

  get #viewsShrunk(): number {
    let count = 0
    for (const { view } of this.#sessions) if (view?.isShrunk) count++
    return count
  }

  /** Why a link from this address would be refused just now; undefined when it would not. */
  admit(address: string): string | undefined {
    if (this.#isClosing) return 'The server is closing.'
    const here = this.#addresses.get(address) ?? 0
    if (here >= this.limits.connectionsPerAddress)
      return `There are ${here} connections from this address already; close one first.`
    return undefined
  }

  /** Takes a link over. */
  accept(link: Link, now: Instant, clock: () => Instant): void {
    this.#now = now
    const conversation = new NativeConversation(this.#definition.game)
    const connection = new Connection(link, { conversation, limits: this.limits, now })
    const refusal = this.admit(link.address)
    this.#connections.add(connection)
    this.#countAddress(link.address, 1)
    link.open({
      receive: (packet) => this.#receive(connection, packet, clock()),
      receiveState: (payload) => this.#receiveState(connection, payload, clock()),
      closed: () => this.#forget(connection),
      settleState: (id, isAcknowledged) => settle(connection, id, isAcknowledged),
    })
    if (refusal) this.#close(connection, 'full', refusal)
  }

  /**
   * Tells players, with whatever they are answered next, that the map has changed and is to be loaded anew.
   *
   * @param whom  which players; all of them when left out
   */
  raise(flag: 'map', whom: (player: Player) => boolean = () => true): void {
    for (const session of this.#sessions) if (whom(session.player)) session.raise(flag)
  }

  /** Makes the ticks that are due. */
  advance(now: Instant): void {
    this.#now = now
    for (let made = 0; this.#nextTickAt <= now; made++) {
      if (made === CATCH_UP_TICKS) {
        const skipped = Math.ceil((now - this.#nextTickAt) / this.#tickMs)
        this.#pace.skipped += skipped
        this.#nextTickAt = instant(now + this.#tickMs)
        break
      }
      const late = now - this.#nextTickAt
      this.#nextTickAt = instant(this.#nextTickAt + this.#tickMs)
      const started = this.#stopwatch()
      this.#tickOnce(now)
      this.#pace.made({ tookMs: this.#stopwatch() - started, lateMs: late, now })
    }
  }

  /** Tells every player why, and closes every link. */
  close(reason: string): void {
    this.#isClosing = true
    for (const connection of [...this.#connections]) this.#close(connection, 'closing', reason)
    for (const session of [...this.#sessions]) this.#retire(session)
  }

  /**
   * Tells every player why, and closes every link; what is in the world stays, so that it can be saved. `close` comes after
   * that.
   */
  hangUp(reason: string): void {
    this.#isClosing = true
    for (const connection of [...this.#connections]) {
      connection.session = undefined
      this.#hangUp(connection, { code: 'closing', reason })
    }
  }

  /** Kept characters in the world, and whose they are. */
  get residents(): readonly Pick<Resident, 'accountId' | 'characterId' | 'epoch'>[] {
    return this.#residents.all()
  }

  /** What a kept character is at this moment; undefined for one that is not here. */
  stateOf(characterId: string): CharacterState | undefined {
    const resident = this.#residents.of(characterId)
    return resident && this.#residents.read(resident)
  }

  /** The account is another than it was: what its player may do is. */
  accountIs(characterId: string, account: AdmittedAccount): void {
    const resident = this.#residents.of(characterId)
    if (resident) resident.session.player.account = account
  }

  /**
   * Ends the session of a kept character, and tells its player why.
   *
   * @param how  'left': it is saved. 'lost': it is another server's, or gone
   */
  expel(characterId: string, denial: Denial, how: 'left' | 'lost'): void {
    const resident = this.#residents.of(characterId)
    if (!resident) return
    const { session } = resident
    const { connection } = session
    if (connection instanceof Connection) {
      connection.session = undefined
      this.#hangUp(connection, denial)
    }
    this.#retire(session, how)
  }

  #tickOnce(now: Instant): void {
    const worlds = this.#worlds
    worlds.advance()
    for (const { player } of worlds.realm.crossings) this.#carry(player)
    for (const station of worlds.stations) {
      this.#tellMap(station)
      if (station.instance.isDue) tellEvents(this.#definition, station)
    }
    const connections = [...this.#connections]
    // Whoever was served last is served first in the next tick, so that nobody is always the one who waits.
    this.#first = connections.length > 0 ? (this.#first + 1) % connections.length : 0
    for (let i = 0; i < connections.length; i++)
      this.#serve(connections[(i + this.#first) % connections.length], now)
    worlds.endTick()
    this.content.advance(connections, now)
    if (this.#away > 0) this.#endAbsences(now)
    if (this.#admission && this.#residents.size > 0)
      for (const id of this.#residents.changed()) this.#admission.changed(id)
  }

  /** A player is in another world: the session goes there, and is told. */
  #carry(player: Player): void {
    const to = this.realm.whereIs(player)
    const session = this.#byPlayer.get(player)
    if (!to || !session || session.stand.instance === to) return
    const station = this.#worlds.of(to)
    session.move(station, this.#newView(station, session.isLossy))
    session.connection?.conversation.map(station.where, station.world.tick)
  }

  /** Tells whoever is in a world that its map is another one, if it is. */
  #tellMap(station: Station): void {
    const { world, sessions } = station
    if (station.mapTold === world.map) return
    station.mapTold = world.map
    this.#definition.options.mapChanged?.(world, station.instance)
    const { where } = station
    for (const session of sessions) {
      const { player, connection } = session
      session.raise('map')
      // Its client has foreseen it on the old map.
      player.isSurprised = true
      connection?.conversation.map(where, world.tick)
      if (connection instanceof Connection) this.#send(connection, false)
    }
  }

  #serve(connection: Connection, now: Instant): void {
    const { limits } = this
    const { session } = connection
    if (connection.closing) return
    if (!session && now - connection.waitsSince > limits.helloTimeoutMs) {
      if (connection.isAsking) this.#end(connection, TOO_LONG)
      else this.#close(connection, 'silent', 'No hello came in time.')
      return
    }
    if (now - connection.heardAt > limits.silenceTimeoutMs) {
      this.#lose(connection, 'silent', `Nothing was heard for ${limits.silenceTimeoutMs / 1000} s.`)
      return
    }
    if (connection.link.bufferedBytes > limits.slowBytes) {
      connection.slowSince ??= now
      if (now - connection.slowSince > limits.slowTimeoutMs)
        this.#lose(connection, 'slow', 'The connection takes in too little to keep up.')
      return
    }
    connection.slowSince = undefined
    const isDue = session?.stand.instance.isDue === true
    if (session && isDue) this.#outlook.point(session)
    this.#send(connection, isDue)
  }

  /** @param withNews whether the view's news of the tick goes along, or only words that wait */
  #send(connection: Connection, withNews: boolean): void {
    const { session, link, conversation } = connection
    conversation.pace = this.#pace
    const news = withNews && session ? newsOf(session) : undefined
    if (!this.#outbox.send(connection, news) && link.isOpen)
      this.#lose(connection, 'slow', 'The connection takes in too little to keep up.')
  }

  #receive(connection: Connection, packet: Uint8Array, now: Instant): void {
    if (!this.#take(connection, packet, now)) return
    const { conversation } = connection
    conversation.receive(packet, now)
    this.#hearAll(connection)
    if (conversation.isUrgent && !connection.closing) this.#send(connection, false)
  }

  #receiveState(connection: Connection, payload: Uint8Array, now: Instant): boolean {
    if (!this.#take(connection, payload, now)) return false
    const isUsed = connection.conversation.receiveState(payload)
    this.#hearAll(connection)
    return isUsed
  }

  /** @returns whether what came is within the limits; a connection that goes beyond them ends */
  #take(connection: Connection, { length }: Uint8Array, now: Instant): boolean {
    if (connection.closing) return false
    this.#now = now
    this.#tally.countIn(length)
    connection.heardAt = now
    const excess = connection.excess(length, now)
    if (excess === undefined) return true
    this.#tally.dropped.count(excess.counts)
    this.#close(connection, 'too-fast', excess.reason)
    return false
  }

  #hearAll(connection: Connection): void {
    const { conversation } = connection
    for (let said = conversation.poll(); said && !connection.closing; said = conversation.poll())
      this.#hear(connection, said)
  }

  #hear(connection: Connection, said: Said): void {
    if (said.is === 'hello') this.#greet(connection, said)
    else if (said.is === 'page') this.#page(connection, said)
    else if (said.is === 'commands') this.#command(connection, said)
    else if (said.is === 'ask') this.#answer(connection, said)
    else if (said.is === 'bye') this.#leave(connection)
    else if (said.is === 'foreign') this.#close(connection, 'game', said.reason)
    else if (said.is === 'query') this.#inform(connection)
    else if (said.is === 'have') this.content.note(connection, said.content)
    else if (said.is === 'nonsense') this.#countNonsense(connection, said.dropped)
    else if (!this.content.ask(connection, said.ask, this.#now))
      this.#countNonsense(connection, 'broken-body')
  }

  #countNonsense(connection: Connection, dropped: string): void {
    this.#tally.dropped.count('nonsense')
    connection.nonsense++
    if (connection.nonsense >= this.limits.nonsenseMax)
      this.#close(
        connection,
        'nonsense',
        `${connection.nonsense} messages made no sense (the last: ${dropped}).`,
      )
  }

  #inform(connection: Connection): void {
    if (connection.requests.take(1, this.#now)) connection.conversation.inform(this.information)
    else this.#tally.dropped.count('too-many-requests')
  }

  #command({ session }: Connection, said: Said & { is: 'commands' }): void {
    if (!session) return
    const { player, steering, stand } = session
    const { tick, game } = stand.world
    // Between two ticks a player may be on the way to another world, where its own ticks count.
    if (this.realm.whereIs(player) !== stand.instance) return
    const late = player.commands.late
    for (const change of said.changes) player.commands.receive(change.tick, change.command as never, tick)
    this.#commandsLate += player.commands.late - late
    player.commands.hear(said.newest, tick)
    player.viewDelay = said.viewDelay
    const toNext = stand.instance.ticksToNext(this.realm.tick)
    if (toNext === undefined) return
    const nextAt = this.#nextTickAt + (toNext - 1) * this.#tickMs
    const dueAt = nextAt + (said.newest - tick) * game.secondsPerTick * 1000
    steering.heard(dueAt - this.#now, said.changes.length > 0)
  }

  #greet(connection: Connection, said: Said & { is: 'hello' }): void {
    const { name, resume, content, login, character } = said
    this.content.note(connection, content)
    const session = resume && this.#book.take(resume.token)
    if (session) this.#resume(connection, session, resume)
    else if (this.content.isOld(content) && this.#definition.options.outdated === 'refuse')
      this.#close(connection, 'content', this.content.refusal(content))
    else if (this.#admission === undefined) this.#join(connection, name)
    else if (!this.#isFull(connection)) {
      const { address } = connection.link
      this.#admitting++
      connection.isAsking = true
      connection.waitsSince = this.#now
      let isDecided = false
      this.#admission.ask({ name, login, character, address }, (decision) => {
        if (isDecided) return
        isDecided = true
        this.#admitting--
        connection.isAsking = false
        this.#decide(connection, decision)
      })
    }
  }

  /** The decision about somebody who said hello. Much may have happened since: the link may be gone. */
  #decide(connection: Connection, decision: Decision): void {
    const isHere = this.#connections.has(connection) && !connection.closing && !this.#isClosing
    if (decision.is === 'refused') {
      if (isHere) this.#end(connection, decision)
    } else if (decision.is === 'guest') {
      if (isHere) this.#join(connection, decision.name)
    } else {
      const present = this.#residents.of(decision.character.id)
      if (present) {
        present.epoch = decision.character.epoch
        present.session.player.account = decision.account
        this.#admission?.entered({ ...decision.character, accountId: present.accountId })
        if (isHere) this.#takeOver(connection, present)
      } else if (!isHere || !this.#join(connection, decision.name, decision))
        this.#admission?.withdrawn(decision.character)
    }
    if (isHere && connection.conversation.isUrgent && !connection.closing) this.#send(connection, false)
  }

  /** The player comes in once more from elsewhere: the character goes on as it is, and whoever had it is told. */
  #takeOver(connection: Connection, { session }: Resident): void {
    const old = session.connection
    if (old instanceof Connection) {
      old.session = undefined
      this.#hangUp(old, { code: 'taken-over', reason: 'You came into the world from elsewhere.' })
    } else this.#endAbsence(session)
    this.#book.forget(session)
    const view = this.#newView(session.stand, connection.link.state !== undefined)
    session.player.commands.restart()
    session.begin(connection, { token: this.#secret(), view })
    this.#welcome(session, connection, 'nothing')
  }

  #page(connection: Connection, { id, ...asked }: Said & { is: 'page' }): void {
    const answered = (body: string): void => {
      connection.isPageAsked = false
      connection.waitsSince = this.#now
      if (!this.#connections.has(connection) || connection.closing) return
      connection.conversation.answer(id, body)
      this.#send(connection, false)
    }
    if (this.#admission === undefined || connection.isPageAsked || connection.pages >= PAGES_MAX) {
      answered(NO_PAGE)
      return
    }
    connection.pages++
    connection.isPageAsked = true
    this.#admission.page({ ...asked, address: connection.link.address }, answered)
  }

  /** @returns whether there is no room; then the connection is ended */
  #isFull(connection: Connection): boolean {
    if (this.#sessions.size + this.#admitting < this.limits.players) return false
    this.#close(connection, 'full', `The server is full: ${this.#sessions.size} players.`)
    return true
  }

  /** A player comes back, maybe before it was noticed that the connection is gone. */
  #resume(connection: Connection, session: Session, { heard, instance }: Resume): void {
    const old = session.connection
    if (old instanceof Connection) {
      old.session = undefined
      this.#close(old, 'closing', 'The player came back over another connection.')
    } else this.#endAbsence(session)
    const isLossy = connection.link.state !== undefined
    const { stand } = session
    const view = session.isLossy === isLossy ? session.view : this.#newView(stand, isLossy)
    // Whoever was carried to another world meanwhile has nothing of it.
    const known = instance === stand.instance.id ? readHeard(new PacketReader().reset(heard)) : undefined
    const keeps = known !== undefined && view.resume(known)
    // What was told over the lost connection may be lost with it.
    if (session.isMapChanged) connection.conversation.raise('map')
    if (!keeps) view.restart()
    session.player.commands.restart()
    session.begin(connection, { token: this.#secret(), view })
    this.#welcome(session, connection, keeps ? 'everything' : 'session')
  }

  /** @returns whether the player is in */
  #join(
    connection: Connection,
    asked: string,
    kept?: { readonly account: AdmittedAccount; readonly character: AdmittedCharacter },
  ): boolean {
    const name = properName(asked)
    if (name === undefined) {
      this.#close(connection, 'name', NAME_WANTED)
      return false
    }
    if (this.#isFull(connection)) return false
    const { realm } = this
    const home = (kept && this.#residents.homeOf(kept.character)) ?? this.#worlds.home.instance
    const player = realm.addPlayer(name, home)
    if (kept) {
      player.account = kept.account
      player.character = this.#residents.open(kept.character)
      player.items = kept.character.items
    }
    try {
      player.entity = this.#definition.options.join(home.world, player, realm)
      this.#giveAttributes(player)
    } catch (error) {
      realm.removePlayer(player)
      if (!kept) throw error
      this.#mistake(error)
      this.#close(connection, 'busy', 'The server could not bring you into the world.')
      return false
    }
    const station = this.#worlds.of(realm.whereIs(player) ?? home)
    const view = this.#newView(station, connection.link.state !== undefined)
    const session = new Session(player, station, view)
    this.#sessions.add(session)
    this.#byPlayer.set(player, session)
    session.begin(connection, { token: this.#secret(), view })
    if (kept) {
      const { id, epoch, map, position, state } = kept.character
      const accountId = kept.account.id
      this.#residents.add({ session, accountId, characterId: id, epoch, state: { map, position, state } })
      this.#admission?.entered({ id, epoch, accountId })
    }
    this.#welcome(session, connection, 'nothing')
    return true
  }

  /** Who comes in has the attributes that were kept, unless the game has given others. */
  #giveAttributes({ entity, character }: Player): void {
    const { attributes } = this.#definition.options
    if (attributes && entity && !attributes.of(entity)) attributes.add(entity, character?.attributes)
  }

  #newView({ desk }: Stand, isLossy: boolean): View {
    return new View(desk, { isLossy, bytesPerSecond: this.limits.viewBytesPerSecond })
  }

  #welcome(session: Session, { conversation }: Connection, resumed: Resumed): void {
    this.#book.add(session)
    const station = this.#worlds.of(session.stand.instance)
    conversation.welcome({
      player: session.player.id,
      entity: session.ownTold,
      tick: station.world.tick,
      where: station.where,
      serverName: this.#definition.options.name ?? this.#definition.game.name,
      token: session.token,
      resumed,
    })
  }

  #answer(connection: Connection, said: Said & { is: 'ask' }): void {
    const { session, conversation } = connection
    if (!session) return
    const tell = (reply: Reply): void => {
      if (connection.closing || !this.#connections.has(connection)) return
      if (!conversation.reply(said.id, reply))
        this.#close(connection, 'slow', 'The connection takes in too little to hear its replies.')
    }
    const reply = this.#replyTo(connection, session.player, said)
    if (!(reply instanceof Promise)) {
      tell(reply)
      return
    }
    connection.asking++
    reply
      .catch((error): Reply => {
        this.#mistake(error)
        return NO_ANSWER
      })
      .then((late) => {
        connection.asking--
        tell(late)
      })
  }

  #replyTo(connection: Connection, player: Player, said: Said & { is: 'ask' }): Reply | Promise<Reply> {
    if (connection.asking >= ASKING_MAX)
      return { sorry: 'Too many requests wait for an answer; wait a moment.' }
    if (!connection.requests.take(1, this.#now)) {
      this.#tally.dropped.count('too-many-requests')
      return { sorry: 'Too many requests; wait a moment.' }
    }
    try {
      const { realm } = this
      const { world } = realm.whereIs(player) ?? this.#worlds.home
      return answer(this.#definition, { world, player, realm, said, keep: this.#keep })
    } catch (error) {
      this.#mistake(error)
      return NO_ANSWER
    }
  }

  /** The game's own mistake: told where there is somebody to tell, thrown in tests. */
  #mistake(error: unknown): void {
    if (this.#report === undefined) throw error
    this.#report(error)
  }

  /** Ends a connection and the session behind it. */
  #close(connection: Connection, code: RefusalCode, reason: string): void {
    this.#end(connection, { code, reason })
  }

  #end(connection: Connection, denial: Denial): void {
    const { session } = connection
    this.#hangUp(connection, denial)
    if (session) this.#retire(session)
  }

  /** Ends a connection that does not work; the player may come back over a better one. */
  #lose(connection: Connection, code: RefusalCode, reason: string): void {
    const { session } = connection
    this.#hangUp(connection, { code, reason })
    if (session) this.#beginAbsence(session)
  }

  #hangUp(connection: Connection, { code, reason, until }: Denial): void {
    if (connection.closing) return
    connection.closing = { code, reason }
    connection.session = undefined
    this.#tally.countClosed(code)
    const content = code === 'content' ? this.content.version : undefined
    connection.conversation.refuse({ code, reason, until, content })
    this.#outbox.send(connection, undefined)
    connection.link.close(reason)
  }

  #leave(connection: Connection): void {
    const { session } = connection
    connection.closing = { code: 'closing', reason: 'The player left.' }
    connection.session = undefined
    this.#tally.countClosed('bye')
    if (session) this.#retire(session)
    connection.link.close('Goodbye.')
  }

  #beginAbsence(session: Session): void {
    if (!this.#sessions.has(session) || session.connection === undefined) return
    if (this.limits.graceMs <= 0) {
      this.#retire(session)
      return
    }
    // Who is away counts as connected from there: coming and going makes no room for more.
    session.awayFrom = session.connection.link.address
    this.#countAddress(session.awayFrom, 1)
    session.connection = undefined
    session.until = after(this.#now, milliseconds(this.limits.graceMs))
    this.#away++
  }

  #endAbsence({ awayFrom }: Session): void {
    this.#away--
    this.#countAddress(awayFrom, -1)
  }

  #countAddress(address: string, by: 1 | -1): void {
    const count = (this.#addresses.get(address) ?? 0) + by
    if (count > 0) this.#addresses.set(address, count)
    else this.#addresses.delete(address)
  }

  #endAbsences(now: Instant): void {
    for (const session of this.#sessions)
      if (session.connection === undefined && now >= (session.until ?? FOREVER)) this.#retire(session)
  }

  /** The player is gone from the world. */
  #retire(session: Session, how: 'left' | 'lost' = 'left'): void {
    if (!this.#sessions.has(session)) return
    const resident = this.#residents.ofSession(session)
    if (resident) {
      // The character is still there to be read.
      this.#admission?.[how](resident.characterId)
      this.#residents.remove(resident)
    }
    this.#sessions.delete(session)
    if (session.connection === undefined) this.#endAbsence(session)
    const { player } = session
    this.#book.forget(session)
    this.#byPlayer.delete(player)
    session.end()
    const { realm } = this
    this.#definition.options.leave?.(realm.whereIs(player)?.world ?? this.world, player, realm)
    if (player.entity) this.#definition.options.attributes?.remove(player.entity)
    realm.removePlayer(player)
  }

  /** The link is gone. */
  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return
    this.#countAddress(connection.link.address, -1)
    if (!connection.closing) this.#tally.countClosed('lost')
    const { session } = connection
    connection.session = undefined
    if (session) this.#beginAbsence(session)
  }
}

/** What a session is told of the tick that its world has made. */
function newsOf({ view, stand, steering }: Session): News {
  const { world } = stand
  return { view, tick: world.tick, takeNotes: () => steering.take(world) }
}
const TOO_LONG: Denial = {
  code: 'busy',
  reason: 'The server takes too long to look up accounts just now; try again in a moment.',
}
const NO_ANSWER: Reply = { sorry: 'The server could not answer that.' }
const NO_PAGE = JSON.stringify({
  is: 'refused',
  code: 'closed',
  reason: 'There is nothing to ask here: this server has no accounts, or too much was asked at once.',
})
