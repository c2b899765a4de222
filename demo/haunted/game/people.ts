import { hypot, type Player, type Seat } from 'shardless'
import type { haunted, Person, Soul, Team } from './haunted.ts'

/** Somebody in a match: a player on a seat, or a bot. Who they are lasts; their soul is a new one in each match. */
export class Someone {
  /** Their number in the lobby: never used again. */
  readonly number: number
  readonly name: string
  /** Their seat; a bot has none. */
  readonly seat: Seat | undefined
  player: Player<typeof haunted> | undefined
  /** Their body in the house; undefined once caught, and for who watches this match. */
  soul: Soul | undefined
  team: Team = 'neutral'
  colour: number
  isReady = false
  isCaught = false
  /** Of the last match: whom they caught, how many ticks they lasted, how many metres they went. */
  caught = 0
  lastedTicks = 0
  walked = 0

  constructor(number: number, name: string, how: { readonly colour: number; readonly seat?: Seat }) {
    this.number = number
    this.name = name
    this.colour = how.colour
    this.seat = how.seat
  }

  get isBot(): boolean {
    return this.seat === undefined
  }

  /** Whether they are a player whose connection is lost. */
  get isAway(): boolean {
    return this.seat !== undefined && this.player === undefined
  }

  #x = 0
  #y = 0

  /** Notes where they begin in a new body. */
  embodied(): void {
    this.#x = this.soul?.position.x ?? 0
    this.#y = this.soul?.position.y ?? 0
  }

  /** Adds the way since the last tick to what they walked. */
  measure(): void {
    if (!this.soul) return
    const { x, y } = this.soul.position
    this.walked += hypot(x - this.#x, y - this.#y)
    this.#x = x
    this.#y = y
  }

  /** Forgets what the last match has counted. */
  beginMatch(): void {
    this.isCaught = false
    this.caught = 0
    this.lastedTicks = 0
    this.walked = 0
  }

  /** Writes what everyone in the room may know of them. What they did is told when it is over: it says who walks. */
  show(
    person: Person,
    host: number | undefined,
    { isHunt, ticksPerSecond }: { isHunt: boolean; ticksPerSecond: number },
  ): void {
    person.team = this.team
    person.colour = this.colour
    person.isReady = this.isReady
    person.isHost = this.player !== undefined && this.player.id === host
    person.isCaught = this.isCaught
    person.isAway = this.isAway
    person.caught = this.caught
    const isOut = !isHunt || this.soul === undefined
    person.lasted = isOut ? Math.min(65_535, Math.round(this.lastedTicks / ticksPerSecond)) : 0
    person.walked = isOut ? Math.min(65_535, Math.round(this.walked)) : 0
  }
}

const NAMES = [
  ...['Ash', 'Bramble', 'Cinder', 'Dusk', 'Ember', 'Fern', 'Gloom', 'Hazel', 'Ivy', 'Jinx'],
  ...['Knell', 'Lark', 'Moth', 'Nettle', 'Owl', 'Pyre', 'Quill', 'Rook', 'Sable', 'Thorn'],
  ...['Umber', 'Vesper', 'Wren', 'Yew', 'Zephyr', 'Briar', 'Crow', 'Dew', 'Elder', 'Flint'],
  ...['Gale', 'Heath', 'Iris', 'Jade', 'Kestrel', 'Loam', 'Mist', 'Night', 'Onyx', 'Pine'],
]

/** Chooses a name for a bot that nobody in the room has. */
export function botName(taken: ReadonlySet<string>): string {
  for (const name of NAMES) if (!taken.has(name)) return name
  for (let number = 2; ; number++) if (!taken.has(`Shade ${number}`)) return `Shade ${number}`
}

/** Returns a name that nobody in the room has: "Ada 2". */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  const letters = [...wanted].slice(0, 18).join('')
  for (let number = 2; ; number++) if (!taken.has(`${letters} ${number}`)) return `${letters} ${number}`
}
