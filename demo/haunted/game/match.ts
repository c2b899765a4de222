import { Lobby, type OpenRoom, type Player, type Seat, type World, type WorldMap } from 'shardless'
import { BotMinds } from './bots.ts'
import { colours } from './colours.ts'
import {
  defaultRules,
  type haunted,
  huntPace,
  type MatchView,
  type Person,
  peopleMax,
  type Rules,
  type Soul,
  type Team,
  teams,
} from './haunted.ts'
import { House } from './house.ts'
import { Lamps } from './lamps.ts'
import { body, pace } from './measure.ts'
import { botName, freeName, Someone } from './people.ts'
import { middleOf, placeIn, startOf } from './places.ts'
import { Touch } from './touch.ts'

type HauntedWorld = World<typeof haunted>
type Visitor = Player<typeof haunted>
/** What a match has to know of its room. */
export type HauntedRoom = OpenRoom<typeof haunted>

/** How long a countdown and a result last, in seconds: the two transitions. */
export const transitionSeconds = 5
/** One seeker for so many people, where bots fill the teams. */
const PEOPLE_A_SEEKER = 5
/** In how many ticks hearts are listened to. */
const HEART_TICKS = 5

const NEUTRAL = 0
const SEEKERS = 1
const HIDERS = 2

/**
 * One room's game, from lobby to result and back.
 *
 *     lobby --all ready--> counting --5 s--> hunt --all caught, or time is up--> result --5 s--> lobby
 *        ^--- somebody comes, goes, is not ready ---'
 *
 * In the hunt souls are restricted: the server asks `canSee` before it tells anybody of one.
 */
export class Match {
  readonly world: HauntedWorld
  house: House
  readonly #room: HauntedRoom
  readonly #lobby: Lobby
  readonly #bots: BotMinds
  readonly #touch: Touch
  readonly #people: Someone[] = []
  /** What is shown of each of them. */
  readonly #persons = new Map<Someone, Person>()
  readonly #bySoul = new Map<number, Someone>()
  readonly #lamps: Lamps
  readonly #view: MatchView
  #rules: Rules
  #nextNumber = 1
  #host: number | undefined
  #isDirty = true

  constructor(room: HauntedRoom, rules: Partial<Rules> = {}) {
    this.#room = room
    this.world = room.world
    this.#rules = { ...defaultRules, ...rules }
    this.house = new House(this.world.map)
    this.#lobby = new Lobby({
      teams: [
        { name: 'Neutral', playersMax: peopleMax, isUndecided: true },
        { name: 'Seekers', playersMax: peopleMax, playersMin: 1 },
        { name: 'Hiders', playersMax: peopleMax, playersMin: 1 },
      ],
      playersMin: 2,
      playersMax: peopleMax,
      countdownTicks: this.#ticks(transitionSeconds),
    })
    this.#lamps = new Lamps(this.world)
    this.#lamps.putUp(this.house)
    this.#view = this.world.spawn('match', { code: room.code, rules: this.#rules })
    this.#bots = new BotMinds(this)
    this.#touch = new Touch(this)
  }

  get rules(): Rules {
    return this.#rules
  }

  get phase(): MatchView['phase'] {
    return this.#view.phase
  }

  /** Everyone in the room who is no mere watcher. */
  get people(): readonly Someone[] {
    return this.#people
  }

  /** What everyone in the room is told: see `match` among the game's entities. */
  get view(): Readonly<MatchView> {
    return this.#view
  }

  /** The seconds until the phase ends; 0 in the lobby. */
  get secondsLeft(): number {
    return Math.max(0, (this.#view.endsAt - this.world.tick) * this.world.game.secondsPerTick)
  }

  /** Whether seekers have their eyes open. */
  get isOn(): boolean {
    return this.phase === 'hunt' && this.world.tick >= this.#view.eyesOpenAt
  }

  // Who comes and goes.

  /** Seats a player, in the lobby. */
  sitDown(player: Visitor, seat: Seat): void {
    const taken = new Set(this.#people.map(({ name }) => name))
    const someone = new Someone(this.#nextNumber++, freeName(player.name, taken), {
      colour: this.#freeColour(),
      seat,
    })
    someone.player = player
    this.#people.push(someone)
    this.#makeRoomFor(1)
    this.#lobby.join(someone.number, NEUTRAL)
    this.#embody(someone)
    this.#isDirty = true
  }

  /** Keeps the soul of a player whose connection is lost: a bot goes on with it. */
  lose(player: Visitor): void {
    const someone = this.of(player)
    if (!someone) return
    someone.player = undefined
    player.entity = undefined
    if (someone.soul && this.phase === 'hunt') this.#bots.play(someone)
    this.#isDirty = true
  }

  /** Gives a player who was lost their soul back. */
  takeBack(player: Visitor, seat: Seat): void {
    const someone = this.#people.find((one) => one.seat === seat)
    if (!someone) return
    someone.player = player
    this.#bots.rest(someone)
    player.entity = someone.soul
    player.watching = someone.soul ? undefined : middleOf(this.world)
    this.#isDirty = true
  }

  /** Takes somebody out whose seat is free again. */
  leave(seat: Seat): void {
    const at = this.#people.findIndex((one) => one.seat === seat)
    if (at >= 0) this.#remove(at)
  }

  /** Finds who a player is. */
  of(player: { readonly id: number }): Someone | undefined {
    return this.#people.find((one) => one.player?.id === player.id)
  }

  named(name: string): Someone | undefined {
    return this.#people.find((one) => one.name === name)
  }

  whose(soul: { readonly id: number }): Someone | undefined {
    return this.#bySoul.get(soul.id)
  }

  // What they say. A refusal is a sentence.

  choose(someone: Someone, team: Team): string | undefined {
    const refusal = this.#lobby.choose(someone.number, teams.indexOf(team))
    this.#isDirty = true
    return refusal
  }

  /** Gives somebody a colour that nobody else has, while there are enough. */
  paint(someone: Someone, colour: number): string | undefined {
    if (!colours[colour]) return 'There is no such colour.'
    if (this.phase === 'hunt') return 'Not while the hunt is on.'
    const isTaken = this.#people.some((one) => one !== someone && !one.isBot && one.colour === colour)
    if (isTaken && this.#people.length <= colours.length) return 'Somebody has that colour.'
    someone.colour = colour
    if (someone.soul) someone.soul.colour = colour
    this.#isDirty = true
    return undefined
  }

  sayReady(someone: Someone, isReady: boolean): string | undefined {
    // The teams are filled up before it is known whether they are even.
    this.#fill()
    const refusal = this.#lobby.ready(someone.number, isReady)
    this.#isDirty = true
    return refusal
  }

  setRules(rules: Partial<Rules>): void {
    const { huntSeconds } = this.#rules
    this.#rules = { ...this.#rules, ...rules }
    this.#view.rules = this.#rules
    if (this.phase === 'hunt') this.#view.endsAt += this.#ticks(this.#rules.huntSeconds - huntSeconds)
    this.#isDirty = true
  }

  /** Begins the countdown although not all are ready. */
  begin(): string | undefined {
    this.#fill()
    const refusal = this.#lobby.begin()
    this.#isDirty = true
    return refusal
  }

  /** Stops a countdown, or ends a hunt that nobody wins. */
  stop(): string | undefined {
    if (this.phase === 'counting') this.#lobby.halt()
    else if (this.phase === 'hunt') this.#end('nobody')
    else return 'Nothing is going on that could be stopped.'
    this.#isDirty = true
    return undefined
  }

  /** Switches a light post. @returns whether there is such a one */
  switchLamp(id: number, isOn: boolean): boolean {
    this.#shades.clear()
    return this.#lamps.turn(id, isOn)
  }

  /** Builds the house anew when its map has changed: walls, and the light posts of the map. What was off stays off. */
  rebuild(): void {
    const { map } = this.world
    this.house = new House(map)
    this.#lamps.putUp(this.house)
    this.#shades.clear()
    for (const { soul } of this.#people) {
      if (!soul) continue
      const { x, y } = soul.position
      const free = map.isFree(x, y, body) ? undefined : map.nearestFree(x, y, body)
      if (free) this.world.teleport(soul, free)
      if (soul.team === 'seekers' && this.isOn) this.house.giveLantern(soul)
    }
    this.#bots.takeOverMap()
  }

  /**
   * Puts another map under this room alone. @returns how many stood in a new wall and were set free, and how many could
   * not be
   */
  build(map: WorldMap): { readonly freed: number; readonly stuck: number } {
    return this.world.replaceMap(map, ({ kind }) => (kind === 'soul' ? body : undefined))
  }

  get lamps(): Lamps['all'] {
    return this.#lamps.all
  }

  /**
   * Returns whether a player may know of a soul. Who is caught or watches sees the whole house, a team sees its own;
   * of the others one knows whom one sees.
   */
  canSee(viewer: { readonly id: number }, soul: Soul): boolean {
    if (this.phase !== 'hunt') return true
    const eyes = this.of(viewer)
    if (!eyes?.soul) return true
    return this.sees(eyes.soul, soul)
  }

  /** Returns whether a soul in the house knows of another. */
  sees(eyes: Soul, other: Soul): boolean {
    if (eyes.team === other.team) return true
    if (eyes.team === 'seekers' && !this.isOn) return false
    return this.house.sight.canSee(eyes, other, this.world.tick)
  }

  /**
   * Returns the dark of the house as a team is shown it: one polygon for screens that can draw no more. It is worked
   * out once a tick for all of a team who ask.
   */
  shades(team: Team): ArrayLike<number> {
    const { tick } = this.world
    const key = team === 'seekers' ? 'seekers' : 'others'
    const known = this.#shades.get(key)
    if (known?.tick === tick) return known.dark
    const dark = this.house.dark({ withLanterns: key === 'seekers' })
    this.#shades.set(key, { tick, dark })
    return dark
  }

  readonly #shades = new Map<'seekers' | 'others', { tick: number; dark: ArrayLike<number> }>()

  /** Runs a tick. */
  update(): void {
    const { tick } = this.world
    if (this.phase === 'lobby' || this.phase === 'counting') {
      this.#fill()
      if (this.#lobby.advance(tick)) this.#launch()
      else this.#showLobby()
    } else if (this.phase === 'hunt') this.#hunt()
    else if (tick >= this.#view.endsAt) this.#goBack()
    if (this.#isDirty || this.#room.host !== this.#host) this.#show()
  }

  // The hunt.

  #launch(): void {
    const { tick } = this.world
    this.#view.phase = 'hunt'
    this.#view.winner = 'nobody'
    this.#view.eyesOpenAt = tick + this.#ticks(this.#rules.headStartSeconds)
    this.#view.endsAt = this.#view.eyesOpenAt + this.#ticks(this.#rules.huntSeconds)
    this.#room.isRunning = true
    for (const someone of this.#people) {
      someone.beginMatch()
      this.#disembody(someone)
    }
    for (const team of ['seekers', 'hiders'] as const)
      for (const someone of this.#people) if (someone.team === team) this.#embody(someone)
    for (const someone of this.#people)
      if (someone.soul && (someone.isBot || someone.isAway)) this.#bots.play(someone)
    this.#isDirty = true
  }

  #hunt(): void {
    const { tick } = this.world
    if (tick === this.#view.eyesOpenAt)
      for (const { soul } of this.#people)
        if (soul?.team === 'seekers') {
          soul.pace = pace.seeker
          this.house.giveLantern(soul)
        }
    for (const someone of this.#people) {
      if (!someone.soul) continue
      someone.lastedTicks++
      someone.measure()
    }
    if (this.isOn) for (const { seeker, hider } of this.#touch.catches()) this.#caught(seeker, hider)
    if (tick % HEART_TICKS === 0) this.#touch.beat()
    const left = (team: Team) => this.#people.some(({ soul }) => soul?.team === team)
    if (!left('hiders')) this.#end('seekers')
    else if (tick >= this.#view.endsAt || !left('seekers')) this.#end('hiders')
  }

  #caught(seeker: Someone, hider: Someone): void {
    seeker.caught++
    hider.isCaught = true
    this.#disembody(hider)
    this.world.tell('caught', { who: hider.name, by: seeker.name }, { everyone: true })
    this.#isDirty = true
  }

  #end(winner: MatchView['winner']): void {
    this.#view.phase = 'result'
    this.#view.winner = winner
    this.#view.endsAt = this.world.tick + this.#ticks(transitionSeconds)
    for (const someone of this.#people) {
      this.#bots.rest(someone)
      if (!someone.soul) continue
      someone.soul.pace = pace.still
      this.world.restrict(someone.soul, false)
      this.house.takeLantern(someone.soul)
    }
    this.#touch.rest()
    this.#isDirty = true
  }

  #goBack(): void {
    this.#view.phase = 'lobby'
    this.#view.endsAt = 0
    this.#view.eyesOpenAt = 0
    this.#room.isRunning = false
    this.#lobby.reopen()
    for (const someone of [...this.#people]) {
      this.#disembody(someone)
      if (someone.isAway) continue
      this.#embody(someone)
    }
    this.#isDirty = true
  }

  // The lobby.

  /** Fills the teams up with bots, and sends bots away who take the place of people. */
  #fill(): void {
    if (this.phase !== 'lobby') return
    const people = this.#people.filter(({ isBot }) => !isBot)
    const bots = this.#people.filter(({ isBot }) => isBot)
    const isVisited = this.world.players.size > 0
    const wanted = isVisited ? Math.max(0, Math.min(this.#rules.fillTo, peopleMax) - people.length) : 0
    while (bots.length > wanted) this.#remove(this.#people.indexOf(bots.pop() as Someone))
    while (bots.length < wanted) bots.push(this.#addBot())
    const inTeam = (team: Team) => people.filter((one) => one.team === team).length
    const seekersWanted = Math.max(1, Math.round((people.length + bots.length) / PEOPLE_A_SEEKER))
    const hidersNeeded = inTeam('hiders') === 0 ? 1 : 0
    const seekers = Math.max(0, Math.min(seekersWanted - inTeam('seekers'), bots.length - hidersNeeded))
    for (const [i, bot] of bots.entries()) {
      this.#lobby.choose(bot.number, i < seekers ? SEEKERS : HIDERS)
      if (!bot.isReady) this.#lobby.ready(bot.number, true)
    }
    this.#readLobby()
  }

  #addBot(): Someone {
    const taken = new Set(this.#people.map(({ name }) => name))
    const bot = new Someone(this.#nextNumber++, botName(taken), { colour: this.#freeColour() })
    this.#people.push(bot)
    this.#lobby.join(bot.number, HIDERS)
    this.#embody(bot)
    this.#isDirty = true
    return bot
  }

  /** Sends bots away until so many more people have room. */
  #makeRoomFor(count: number): void {
    for (let at = this.#people.length - 1; at >= 0 && this.#people.length + count > peopleMax + 1; at--)
      if (this.#people[at].isBot) this.#remove(at)
  }

  /** Takes over from the lobby who is in which team, and who is ready. */
  #readLobby(): void {
    const { members } = this.#lobby.state
    for (const { player: number, team, isReady } of members) {
      const someone = this.#people.find((one) => one.number === number)
      if (!someone) continue
      if (someone.team === teams[team] && someone.isReady === isReady) continue
      someone.team = teams[team]
      someone.isReady = isReady
      if (someone.soul) someone.soul.team = someone.team
      this.#isDirty = true
    }
  }

  #showLobby(): void {
    this.#readLobby()
    const { phase, startsAt } = this.#lobby.state
    const shown = phase === 'counting' ? 'counting' : 'lobby'
    if (this.#view.phase === shown && this.#view.endsAt === startsAt) return
    this.#view.phase = shown
    this.#view.endsAt = startsAt
  }

  #show(): void {
    this.#isDirty = false
    this.#host = this.#room.host
    const { ticksPerSecond } = this.world.game
    for (const someone of this.#people) {
      let person = this.#persons.get(someone)
      if (!person) {
        const { name, isBot } = someone
        this.#persons.set(someone, (person = this.world.spawn('person', { name, isBot })))
      }
      someone.show(person, this.#room.host, { isHunt: this.phase === 'hunt', ticksPerSecond })
    }
    for (const [someone, person] of this.#persons)
      if (!this.#people.includes(someone)) {
        this.#persons.delete(someone)
        this.world.despawn(person)
      }
  }

  // Bodies.

  /** Gives somebody a body, in the lobby or for the hunt. */
  #embody(someone: Someone): void {
    const { world } = this
    const isHunt = this.phase === 'hunt'
    const { team, name, colour } = someone
    const position = isHunt ? startOf(team, world, this.house) : placeIn(world, middleOf(world), 14)
    const eyesClosed = isHunt && team === 'seekers' && this.#rules.headStartSeconds > 0
    const soul = world.spawn(
      'soul',
      {
        position,
        name,
        team,
        colour,
        pace: isHunt ? (eyesClosed ? pace.still : huntPace(team)) : pace.lobby,
      },
      { isRestricted: isHunt },
    )
    someone.soul = soul
    someone.embodied()
    this.#bySoul.set(soul.id, someone)
    if (someone.player) {
      someone.player.entity = soul
      someone.player.watching = undefined
    }
    if (isHunt && team === 'seekers' && !eyesClosed) this.house.giveLantern(soul)
  }

  /** Takes somebody's body away: they look on. */
  #disembody(someone: Someone): void {
    const { soul, player } = someone
    if (player) player.watching = middleOf(this.world)
    if (!soul) return
    this.#bots.rest(someone)
    this.house.takeLantern(soul)
    this.world.despawn(soul)
    this.#bySoul.delete(soul.id)
    someone.soul = undefined
    if (player) player.entity = undefined
  }

  #remove(at: number): void {
    const [someone] = this.#people.splice(at, 1)
    this.#lobby.leave(someone.number)
    const { player } = someone
    this.#disembody(someone)
    if (player) player.watching = undefined
    this.#isDirty = true
  }

  #freeColour(): number {
    const taken = new Set(this.#people.map(({ colour }) => colour))
    for (let colour = 0; colour < colours.length; colour++) if (!taken.has(colour)) return colour
    return this.world.random.integer(0, colours.length - 1)
  }

  #ticks(seconds: number): number {
    return Math.round(seconds * this.world.game.ticksPerSecond)
  }
}
