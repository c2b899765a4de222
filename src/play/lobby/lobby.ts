/**
 * A lobby: players choose teams, say that they are ready, and a countdown begins a match.
 *
 *     gathering --all are ready, and enough--> counting --countdown--> started
 *         ^----------- someone leaves, changes or is not ready ---'
 *
 * It is told the tick and owns nothing else; its state is a record that a game gives to an entity (see `lobbyParts`).
 * A refusal is a sentence for the player.
 */
import { ShardlessError } from '../../core/index.ts'

export interface LobbyTeam {
  readonly name: string
  /** The most players that it holds. */
  readonly playersMax: number
  /** The least players with whom a match begins; 0 when left out. */
  readonly playersMin?: number
  /** Whether its members are undecided: they cannot be ready, and take no part. False when left out. */
  readonly isUndecided?: boolean
}

export interface LobbyOptions {
  /** The teams, by number: 1 to 16. */
  readonly teams: readonly LobbyTeam[]
  /** The least number of players, all teams together. */
  readonly playersMin: number
  /** The most, all teams together; as many as the teams hold when left out. At most 64. */
  readonly playersMax?: number
  /** How many ticks pass from everyone being ready to the beginning. */
  readonly countdownTicks: number
  /** How many more players one team may have than another when the match begins; no limit when left out. */
  readonly differenceMax?: number
}

/** One player in the lobby. `team` is a number of `LobbyOptions.teams`. */
export interface Member {
  readonly player: number
  readonly team: number
  readonly isReady: boolean
}

/** Everything that players may know of a lobby: what `lobbyParts` carry. */
export interface LobbyState {
  readonly phase: 'gathering' | 'counting' | 'started'
  /** The tick at which the match begins; 0 unless one is counting. */
  readonly startsAt: number
  /** The members, in the order in which they came. */
  readonly members: readonly Member[]
}

/** The most members of one lobby: its state has to fit into one entity. */
export const MEMBERS_MAX = 64

export class Lobby {
  readonly #options: LobbyOptions
  readonly #playersMax: number
  readonly #members = new Map<number, { team: number; isReady: boolean }>()
  #phase: LobbyState['phase'] = 'gathering'
  #startsAt = 0
  #tick = 0

  /** @throws `world/bad-lobby` for teams, numbers or ticks that cannot be */
  constructor(options: LobbyOptions) {
    const { teams, playersMin, countdownTicks } = options
    const held = teams.reduce((sum, { playersMax }) => sum + playersMax, 0)
    const room = Math.min(held, options.playersMax ?? held)
    const isWhole = (value: number, least: number) => Number.isInteger(value) && value >= least
    if (teams.length < 1 || teams.length > 16 || !teams.every(({ playersMax }) => isWhole(playersMax, 1)))
      throw new ShardlessError('world/bad-lobby', 'a lobby has 1 to 16 teams of 1 or more players each.')
    if (room > MEMBERS_MAX || !isWhole(playersMin, 1) || playersMin > room)
      throw new ShardlessError(
        'world/bad-lobby',
        `a lobby has room for ${room} players and begins with ${playersMin}; at most ${MEMBERS_MAX}, and no more than there is room for.`,
      )
    if (!isWhole(countdownTicks, 0))
      throw new ShardlessError(
        'world/bad-lobby',
        `countdownTicks is ${countdownTicks}; it is a whole number from 0.`,
      )
    this.#options = options
    this.#playersMax = room
  }

  /**
   * Lets a player in, to the team with most room or a given one. @returns why not, as a sentence; undefined when in
   */
  join(player: number, wanted?: number): string | undefined {
    if (this.#phase === 'started') return 'The match has begun.'
    if (this.#members.has(player)) return undefined
    const { teams } = this.#options
    let team = wanted ?? 0
    if (wanted === undefined)
      for (let i = 1; i < teams.length; i++) if (this.#roomIn(i) > this.#roomIn(team)) team = i
    if (!teams[team]) return 'There is no such team.'
    if (this.#members.size >= this.#playersMax) return 'The lobby is full.'
    if (this.#roomIn(team) === 0)
      return wanted === undefined ? 'The lobby is full.' : `${teams[team].name} is full.`
    this.#members.set(player, { team, isReady: false })
    this.#cancel()
    return undefined
  }

  /** Lets a player leave. Does nothing for one who is not in. */
  leave(player: number): void {
    if (this.#members.delete(player)) this.#cancel()
  }

  /**
   * Moves a player to another team, where they have to say again that they are ready. @returns why not, as a
   * sentence
   */
  choose(player: number, team: number): string | undefined {
    const member = this.#members.get(player)
    if (!member) return 'You are not in this lobby.'
    if (this.#phase === 'started') return 'The match has begun.'
    const chosen = this.#options.teams[team]
    if (!chosen) return 'There is no such team.'
    if (member.team === team) return undefined
    if (this.#roomIn(team) === 0) return `${chosen.name} is full.`
    member.team = team
    member.isReady = false
    this.#cancel()
    return undefined
  }

  /** Notes that a player is ready, or no longer is. @returns why not, as a sentence */
  ready(player: number, isReady: boolean): string | undefined {
    const member = this.#members.get(player)
    if (!member) return 'You are not in this lobby.'
    if (this.#phase === 'started') return 'The match has begun.'
    if (isReady && this.#options.teams[member.team].isUndecided) return 'Choose a team first.'
    member.isReady = isReady
    if (!isReady) {
      this.#cancel()
      return undefined
    }
    if (!this.#areReady()) return undefined
    const uneven = this.#unevenness()
    if (uneven !== undefined) {
      member.isReady = false
      return uneven
    }
    this.#count()
    return undefined
  }

  /**
   * Begins the countdown although not everyone is ready: a host or an operator has had enough of waiting. Who is
   * undecided takes no part. @returns why not, as a sentence
   */
  begin(): string | undefined {
    if (this.#phase !== 'gathering') return 'The match has begun.'
    const { teams, playersMin } = this.#options
    let players = 0
    for (const { team } of this.#members.values()) if (!teams[team].isUndecided) players++
    if (players < playersMin) return `A match begins with ${playersMin} players; there are ${players}.`
    const uneven = this.#unevenness()
    if (uneven === undefined) this.#count()
    return uneven
  }

  /** Stops a countdown; everyone stays as ready as they were. */
  halt(): void {
    this.#cancel()
  }

  /** Runs a tick; call it once in each. @returns the members, in the one tick in which the match begins */
  advance(tick: number): readonly Member[] | undefined {
    this.#tick = tick
    if (this.#phase !== 'counting' || tick < this.#startsAt) return undefined
    this.#phase = 'started'
    this.#startsAt = 0
    return this.state.members
  }

  /** Gathers again after the match, with everyone still in and nobody ready. */
  reopen(): void {
    for (const member of this.#members.values()) member.isReady = false
    this.#phase = 'gathering'
  }

  get state(): LobbyState {
    const members = [...this.#members].map(([player, { team, isReady }]) => ({ player, team, isReady }))
    return { phase: this.#phase, startsAt: this.#startsAt, members }
  }

  #count(): void {
    this.#phase = 'counting'
    this.#startsAt = this.#tick + this.#options.countdownTicks
  }

  #cancel(): void {
    if (this.#phase !== 'counting') return
    this.#phase = 'gathering'
    this.#startsAt = 0
  }

  #roomIn(team: number): number {
    return this.#options.teams[team].playersMax - this.#sizeOf(team)
  }

  #sizeOf(team: number): number {
    let size = 0
    for (const member of this.#members.values()) if (member.team === team) size++
    return size
  }

  #areReady(): boolean {
    if (this.#members.size < this.#options.playersMin) return false
    for (const { isReady } of this.#members.values()) if (!isReady) return false
    return true
  }

  /** Says why the teams are too uneven to begin. */
  #unevenness(): string | undefined {
    const { differenceMax = Infinity } = this.#options
    let [least, most, fullest] = [Infinity, 0, '']
    for (const [number, { name, playersMin = 0, isUndecided }] of this.#options.teams.entries()) {
      const size = this.#sizeOf(number)
      if (size < playersMin) return size === 0 ? `${name} has nobody.` : `${name} has too few.`
      if (isUndecided) continue
      least = Math.min(least, size)
      if (size <= most) continue
      most = size
      fullest = name
    }
    if (most - least <= differenceMax) return undefined
    return `${fullest} has too many; someone has to change.`
  }
}
