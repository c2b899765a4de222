import { type Random, ShardlessError } from '../../core/index.ts'

/** One player's place in a room. It is kept for a while when they lose their way out of a running match. */
export interface Seat {
  /** What whoever lost it shows to have it back. Known to its player alone. */
  readonly ticket: string
  /** The player's name. */
  readonly name: string
  /** The player who sits here; undefined while they are away. */
  player: number | undefined
  /** The tick at which they went away. */
  awaySince: number
}

/** A room: some players, those who watch them, and a host. */
export interface Room {
  /** The code with which others come in, in capital letters. */
  readonly code: string
  /** Whether everyone sees it in the list; otherwise one comes in by the code alone. */
  isListed: boolean
  /** Whether its match runs: then nobody sits down, and seats are kept for those who lose their way. */
  isRunning: boolean
  /** The seats, in the order in which they were taken. */
  readonly seats: readonly Seat[]
  /** The players who watch. */
  readonly watchers: ReadonlySet<number>
  /** Who may set its rules: who opened it, and when they leave whoever has sat there longest. */
  readonly host: number | undefined
}

export interface RoomBookOptions {
  /** For codes. */
  readonly random: Random
  /** Makes what a seat is asked back with: 8 to 64 characters that nobody guesses. */
  readonly newTicket: () => string
  /** The most players in a room. */
  readonly seatsMax: number
  /** The most watchers of a room; 16 when left out. */
  readonly watchersMax?: number
  /** The most rooms open at once; 100 when left out. */
  readonly roomsMax?: number
  /** How many ticks a seat in a running match is kept for who lost it. */
  readonly keptTicks: number
}

/** How a player left: with a seat that is kept for them, for good, or as one who only watched. */
export type Leave<R extends Room = Room> =
  | { readonly is: 'kept' | 'left'; readonly room: R; readonly seat: Seat }
  | { readonly is: 'watched'; readonly room: R }

/** Letters that are not mistaken for each other, and spell no word. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const CODE_LETTERS = 5

interface OpenRoom extends Room {
  readonly seats: Seat[]
  readonly watchers: Set<number>
  host: number | undefined
}

/**
 * The book of rooms: who sits where, by which code, and who is host. It is told the tick and opens no world; `Rooms`
 * joins it with a realm.
 *
 *     open --> enter ... watch ... leave --> closed when nobody is left
 *                 ' match runs: leave keeps the seat --return with the ticket--> sits again
 *
 * A refusal is a sentence for the player.
 */
export class RoomBook {
  readonly #options: RoomBookOptions
  readonly #rooms = new Map<string, OpenRoom>()
  readonly #roomOf = new Map<number, OpenRoom>()
  #tick = 0

  /** @throws `world/bad-lobby` for numbers that cannot be */
  constructor(options: RoomBookOptions) {
    const { seatsMax, watchersMax = 16, roomsMax = 100, keptTicks } = options
    if (![seatsMax, watchersMax, roomsMax, keptTicks].every((value) => Number.isInteger(value) && value >= 0))
      throw new ShardlessError(
        'world/bad-lobby',
        `rooms have ${seatsMax} seats, ${watchersMax} watchers, are ${roomsMax}, and keep seats for ${keptTicks} ticks; all are whole numbers from 0.`,
      )
    this.#options = options
  }

  /** All rooms, the oldest first. */
  get rooms(): Iterable<Room> {
    return this.#rooms.values()
  }

  /** Finds a room by its code, in letters of either size and with blanks. */
  find(code: string): Room | undefined {
    return this.#rooms.get(code.replaceAll(/\s/g, '').toUpperCase())
  }

  /** Returns the room in which a player sits or watches. */
  roomOf(player: number): Room | undefined {
    return this.#roomOf.get(player)
  }

  seatOf(player: number): Seat | undefined {
    return this.#roomOf.get(player)?.seats.find((seat) => seat.player === player)
  }

  /** Opens a room without anybody in it. @returns it, or why not */
  open({ isListed }: { readonly isListed: boolean }): Room | string {
    if (this.#rooms.size >= (this.#options.roomsMax ?? 100))
      return 'There are too many rooms; enter one of those.'
    const code = this.#newCode()
    const room: OpenRoom = {
      ...{ code, isListed, isRunning: false },
      ...{ seats: [], watchers: new Set<number>(), host: undefined },
    }
    this.#rooms.set(code, room)
    return room
  }

  /** Finds the room for who wants to play at once: of those that are listed and gather, the fullest with room. */
  quick(): Room | undefined {
    let best: Room | undefined
    for (const room of this.#rooms.values()) {
      if (!room.isListed || room.isRunning || room.seats.length >= this.#options.seatsMax) continue
      if (!best || room.seats.length > best.seats.length) best = room
    }
    return best
  }

  /** Gives a player a seat. Who watched there sits down. @returns the seat, or why not */
  enter(player: { readonly id: number; readonly name: string }, { code }: Room): Seat | string {
    const room = this.#rooms.get(code)
    if (!room) return 'There is no such room any more.'
    const now = this.#roomOf.get(player.id)
    const sits = this.seatOf(player.id)
    if (sits) return now === room ? sits : 'You are in another room; leave it first.'
    if (now && now !== room) return 'You are in another room; leave it first.'
    if (room.isRunning) return 'The match has begun; you may watch it.'
    if (room.seats.length >= this.#options.seatsMax) return 'The room is full.'
    room.watchers.delete(player.id)
    const { id, name } = player
    const seat: Seat = { ticket: this.#options.newTicket(), name, player: id, awaySince: 0 }
    room.seats.push(seat)
    this.#roomOf.set(id, room)
    room.host ??= id
    return seat
  }

  /** Lets a player watch a room, also one that is playing. @returns why not, as a sentence */
  watch(player: number, { code }: Room): string | undefined {
    const room = this.#rooms.get(code)
    if (!room) return 'There is no such room any more.'
    if (this.#roomOf.has(player)) return 'You are in a room; leave it first.'
    if (room.watchers.size >= (this.#options.watchersMax ?? 16)) return 'Too many are watching.'
    room.watchers.add(player)
    this.#roomOf.set(player, room)
    return undefined
  }

  /** Gives a player who lost it their seat back. @returns room and seat, or why not */
  return(player: number, ticket: string): { readonly room: Room; readonly seat: Seat } | string {
    if (this.#roomOf.has(player)) return 'You are in a room; leave it first.'
    for (const room of this.#rooms.values()) {
      const seat = room.seats.find((one) => one.ticket === ticket)
      if (!seat) continue
      if (seat.player !== undefined) return 'Somebody sits on that seat.'
      seat.player = player
      this.#roomOf.set(player, room)
      room.host ??= player
      return { room, seat }
    }
    return 'Your seat was given up.'
  }

  /**
   * Takes a player out of their room. @param keepsSeat  whether a seat in a running match is kept for them: they
   * have lost the connection, and did not say that they leave
   */
  leave(player: number, { keepsSeat }: { readonly keepsSeat: boolean }): Leave | undefined {
    const room = this.#roomOf.get(player)
    if (!room) return undefined
    this.#roomOf.delete(player)
    const seat = room.seats.find((one) => one.player === player)
    if (!seat) {
      room.watchers.delete(player)
      return { is: 'watched', room }
    }
    const isKept = keepsSeat && room.isRunning && this.#options.keptTicks > 0
    if (isKept) {
      seat.player = undefined
      seat.awaySince = this.#tick
    } else room.seats.splice(room.seats.indexOf(seat), 1)
    if (room.host === player) room.host = room.seats.find((one) => one.player !== undefined)?.player
    return { is: isKept ? 'kept' : 'left', room, seat }
  }

  /** Runs a tick; call it once in each. @returns the seats that were kept long enough, and are given up */
  advance(tick: number): readonly { readonly room: Room; readonly seat: Seat }[] {
    this.#tick = tick
    const given: { room: Room; seat: Seat }[] = []
    for (const room of this.#rooms.values())
      for (const seat of [...room.seats]) {
        if (seat.player !== undefined) continue
        if (room.isRunning && tick - seat.awaySince < this.#options.keptTicks) continue
        room.seats.splice(room.seats.indexOf(seat), 1)
        given.push({ room, seat })
      }
    return given
  }

  /** Closes a room. @returns who was in it, and is in none now */
  close({ code }: Room): readonly number[] {
    const room = this.#rooms.get(code)
    if (!room) return []
    this.#rooms.delete(code)
    const out = [...this.#roomOf].filter(([, one]) => one === room).map(([player]) => player)
    for (const player of out) this.#roomOf.delete(player)
    return out
  }

  #newCode(): string {
    const { random } = this.#options
    for (;;) {
      let code = ''
      while (code.length < CODE_LETTERS) code += LETTERS[random.integer(0, LETTERS.length - 1)]
      if (!this.#rooms.has(code)) return code
    }
  }
}
