import type { Random, Vector2 } from '../../core/index.ts'
import type { AnyGame, Instance, InstanceOptions, Player, Realm, World } from '../../world/index.ts'
import { type Leave, type Room, RoomBook, type Seat } from './room-book.ts'

/** A room with a world of its own. */
export interface OpenRoom<G extends AnyGame = AnyGame> extends Room {
  readonly instance: Instance<G>
  readonly world: World<G>
}

/** The argument of callbacks about a room and one of its players. */
export interface RoomContext<G extends AnyGame = AnyGame> {
  readonly room: OpenRoom<G>
  readonly player: Player<G>
  readonly realm: Realm<G>
}

export interface RoomsOptions<G extends AnyGame> {
  /** The map on which rooms play. */
  readonly map: string
  readonly random: Random
  /** Makes what a seat is asked back with: 8 to 64 characters that nobody guesses, from the platform's dice. */
  readonly newTicket: () => string
  /** The most players in a room. */
  readonly seatsMax: number
  /** The most watchers of a room; 16 when left out. */
  readonly watchersMax?: number
  /** The most rooms open at once; 100 when left out. */
  readonly roomsMax?: number
  /** How long a seat in a running match is kept for who lost the connection, in seconds; 60 when left out. */
  readonly keptSeconds?: number
  /** How long a room that is empty stays open, in seconds; 10 when left out. */
  readonly graceSeconds?: number
  /** The kind of entity with `roomParts` that lists rooms where players come in; none is listed when left out. */
  readonly board?: string
  /** The rules of a new room's world. */
  readonly rules?: (room: OpenRoom<G>) => Pick<InstanceOptions<G>, 'begin' | 'update'>
  /** Called when a player has sat down: they are in the room's world, and may be given a character there. */
  readonly seated?: (context: RoomContext<G> & { readonly seat: Seat }) => void
  /** Called when a player has begun to watch: `player.watching` says where they look. */
  readonly watched?: (context: RoomContext<G>) => void
  /**
   * Called when the player of a running match is lost. Their character goes with them, unless it is kept:
   * `player.entity = undefined`.
   */
  readonly lost?: (context: RoomContext<G> & { readonly seat: Seat }) => void
  /** Called when a player who was lost sits again: give the character back. */
  readonly returned?: (context: RoomContext<G> & { readonly seat: Seat }) => void
  /** Called when a seat is free again: its player left, or was lost for too long. */
  readonly left?: (context: {
    readonly room: OpenRoom<G>
    readonly seat: Seat
    readonly player?: Player<G>
  }) => void
}

type Reply = { readonly code: string; readonly ticket: string }
type Asked<G extends AnyGame, Body> = {
  readonly player: Player<G>
  readonly realm: Realm<G>
  readonly ask: Body
}
type Sentence = new (text: string) => Error

/**
 * Rooms: matches that players open, find and enter, each in a world of its own. Players come in where the realm's
 * first map is, and are carried from there.
 *
 *     the list, a code, quick match --carry--> the room's world --leave, close--> back where the list is
 *
 * Call `advance` once in each tick of the world where players come in, and `leave` in the game's `leave`.
 */
export class Rooms<G extends AnyGame> {
  readonly #options: RoomsOptions<G>
  #book: RoomBook | undefined
  /** The rooms of the book that have a world by now. */
  readonly #open = new Set<OpenRoom<G>>()
  readonly #notices = new Map<OpenRoom<G>, { readonly id: number }>()

  constructor(options: RoomsOptions<G>) {
    this.#options = options
  }

  /** All open rooms, the oldest first. */
  get open(): Iterable<OpenRoom<G>> {
    return this.#open
  }

  /** Finds an open room by its code. */
  find(code: string): OpenRoom<G> | undefined {
    return this.#opened(this.#book?.find(code))
  }

  /** Returns the room in which a player sits or watches. */
  roomOf({ id }: { readonly id: number }): OpenRoom<G> | undefined {
    return this.#opened(this.#book?.roomOf(id))
  }

  /** Returns the room of a world, if it is one. */
  roomIn(world: World<G>): OpenRoom<G> | undefined {
    for (const room of this.#open) if (room.world === world) return room
    return undefined
  }

  seatOf({ id }: { readonly id: number }): Seat | undefined {
    return this.#book?.seatOf(id)
  }

  /** Runs a tick: seats that were kept long enough are free, empty rooms close, the list is up to date. */
  advance({ world, realm }: { readonly world: World<G>; readonly realm: Realm<G> }): void {
    const book = this.#bookOf(realm)
    for (const { room, seat } of book.advance(world.tick)) {
      const open = this.#opened(room)
      if (open) this.#options.left?.({ room: open, seat })
    }
    for (const room of this.#open) if (realm.get(room.instance.id) !== room.instance) this.#forget(room)
    this.#post(world)
  }

  /** Takes a player out who has left the game, or has lost the connection for good. For the game's `leave`. */
  leave({ player, realm }: { readonly player: Player<G>; readonly realm: Realm<G> }): void {
    const leave = this.#bookOf(realm).leave(player.id, { keepsSeat: true })
    if (leave) this.#tell(leave, player, realm)
  }

  /** Closes a room: everyone in it is carried to where the list is. */
  async close(room: OpenRoom<G>, realm: Realm<G>): Promise<void> {
    for (const player of [...room.world.players.values()]) {
      const leave = this.#bookOf(realm).leave(player.id, { keepsSeat: false })
      if (leave) this.#tell(leave, player, realm)
      strip(player, room.world)
    }
    await realm.close(room.instance, { to: hallOf(realm) })
    this.#forget(room)
  }

  /**
   * Makes the server's answers to `roomRequests`: spread them into its `requests`. @param sorry  the class whose
   * errors reach the player as a sentence: `Sorry` of `shardless/server`
   */
  answers(sorry: Sentence): {
    openRoom: (asked: Asked<G, { isListed: boolean }>) => Promise<Reply>
    enterRoom: (asked: Asked<G, { code: string }>) => Promise<Reply>
    quickMatch: (asked: Asked<G, Record<never, never>>) => Promise<Reply>
    watchRoom: (asked: Asked<G, { code: string }>) => Promise<Reply>
    returnToRoom: (asked: Asked<G, { ticket: string }>) => Promise<Reply>
    leaveRoom: (asked: Asked<G, Record<never, never>>) => Promise<Record<never, never>>
  } {
    const granted = <Answer>(answer: Answer | string): Answer => {
      if (typeof answer === 'string') throw new sorry(answer)
      return answer
    }
    const known = (code: string): OpenRoom<G> =>
      granted(this.find(code) ?? 'There is no room with this code.')
    return {
      openRoom: async ({ player, realm, ask }) => {
        if (this.roomOf(player)) throw new sorry('You are in a room; leave it first.')
        return granted(await this.enter(player, granted(await this.openRoom(realm, ask)), realm))
      },
      enterRoom: async ({ player, realm, ask }) => granted(await this.enter(player, known(ask.code), realm)),
      quickMatch: async ({ player, realm }) => {
        const own = this.roomOf(player)
        if (own) return granted(await this.enter(player, own, realm))
        const room = this.quick(realm) ?? granted(await this.openRoom(realm, { isListed: true }))
        return granted(await this.enter(player, room, realm))
      },
      watchRoom: async ({ player, realm, ask }) => granted(await this.watch(player, known(ask.code), realm)),
      returnToRoom: async ({ player, realm, ask }) => granted(await this.return(player, ask.ticket, realm)),
      leaveRoom: async ({ player, realm }) => {
        const leave = this.#bookOf(realm).leave(player.id, { keepsSeat: false })
        if (!leave) throw new sorry('You are in no room.')
        this.#tell(leave, player, realm)
        strip(player, (leave.room as OpenRoom<G>).world)
        await realm.carry(player, hallOf(realm), middleOf(hallOf(realm).world))
        return {}
      },
    }
  }

  /** Opens a room without anybody in it. Resolves to it, or to why not. */
  async openRoom(realm: Realm<G>, how: { readonly isListed: boolean }): Promise<OpenRoom<G> | string> {
    const book = this.#bookOf(realm)
    const room = book.open(how)
    if (typeof room === 'string') return room
    const { map, rules, keptSeconds = 60, graceSeconds = 10 } = this.#options
    const open = room as OpenRoom<G> & { instance: Instance<G>; world: World<G> }
    // Its rules are asked for when the world is there, which is before it begins.
    let made: Pick<InstanceOptions<G>, 'begin' | 'update'> = {}
    const instance = await realm.open(map, {
      name: room.code,
      graceSeconds: Math.max(graceSeconds, keptSeconds),
      begin: (context) => {
        open.instance = context.instance
        open.world = context.world
        this.#open.add(open)
        made = rules?.(open) ?? {}
        made.begin?.(context)
      },
      update: (context) => made.update?.(context),
    })
    if (instance) return open
    book.close(room)
    return 'There are too many rooms; enter one of those.'
  }

  /** Finds the room for who wants to play at once: see `RoomBook.quick`. */
  quick(realm: Realm<G>): OpenRoom<G> | undefined {
    return this.#opened(this.#bookOf(realm).quick())
  }

  /** Sits a player down in a room. Resolves to its code and their ticket, or to why not. */
  async enter(player: Player<G>, room: OpenRoom<G>, realm: Realm<G>): Promise<Reply | string> {
    const book = this.#bookOf(realm)
    const sat = book.seatOf(player.id) !== undefined
    const seat = book.enter(player, room)
    if (typeof seat === 'string') return seat
    if (!sat) {
      await this.#bring(player, room, realm)
      player.watching = undefined
      this.#options.seated?.({ room, player, realm, seat })
    }
    return { code: room.code, ticket: seat.ticket }
  }

  /** Lets a player watch a room. Resolves to its code, or to why not. */
  async watch(player: Player<G>, room: OpenRoom<G>, realm: Realm<G>): Promise<Reply | string> {
    const refusal = this.#bookOf(realm).watch(player.id, room)
    if (refusal !== undefined) return refusal
    await this.#bring(player, room, realm)
    player.watching = middleOf(room.world)
    this.#options.watched?.({ room, player, realm })
    return { code: room.code, ticket: '' }
  }

  /** Gives a player back the seat that they lost. Resolves to its room's code, or to why not. */
  async return(player: Player<G>, ticket: string, realm: Realm<G>): Promise<Reply | string> {
    const found = this.#bookOf(realm).return(player.id, ticket)
    if (typeof found === 'string') return found
    const room = found.room as OpenRoom<G>
    await this.#bring(player, room, realm)
    this.#options.returned?.({ room, player, realm, seat: found.seat })
    return { code: room.code, ticket: found.seat.ticket }
  }

  async #bring(player: Player<G>, room: OpenRoom<G>, realm: Realm<G>): Promise<void> {
    if (realm.whereIs(player) !== room.instance)
      await realm.carry(player, room.instance, middleOf(room.world))
  }

  #tell(leave: Leave, player: Player<G>, realm: Realm<G>): void {
    const room = this.#opened(leave.room)
    if (!room || leave.is === 'watched') return
    const { seat } = leave
    if (leave.is === 'kept') this.#options.lost?.({ room, player, realm, seat })
    else this.#options.left?.({ room, seat, player })
  }

  /** Shows the listed rooms, as they are now, where players come in. */
  #post(world: World<G>): void {
    const { board, seatsMax } = this.#options
    if (board === undefined) return
    for (const room of this.#open) {
      if (!room.isListed) continue
      let notice = this.#notices.get(room)
      if (!notice) this.#notices.set(room, (notice = world.spawn(board as never, {} as never)))
      Object.assign(notice, {
        code: room.code,
        host: room.seats.find(({ player }) => player === room.host)?.name ?? '',
        phase: room.isRunning ? 'running' : 'gathering',
        players: room.seats.length,
        playersMax: seatsMax,
        watchers: room.watchers.size,
      })
    }
    for (const [room, notice] of this.#notices)
      if (!room.isListed || !this.#open.has(room)) {
        world.despawn(notice)
        this.#notices.delete(room)
      }
  }

  #opened(room: Room | undefined): OpenRoom<G> | undefined {
    return this.#open.has(room as OpenRoom<G>) ? (room as OpenRoom<G>) : undefined
  }

  #forget(room: OpenRoom<G>): void {
    this.#book?.close(room)
    this.#open.delete(room)
  }

  #bookOf(realm: Realm<G>): RoomBook {
    const { keptSeconds = 60 } = this.#options
    this.#book ??= new RoomBook({
      ...this.#options,
      keptTicks: Math.round(keptSeconds * realm.game.ticksPerSecond),
    })
    return this.#book
  }
}

/** Takes a player's character away: where the list is they have none. */
function strip<G extends AnyGame>(player: Player<G>, world: World<G>): void {
  if (player.entity) world.despawn(player.entity)
  player.entity = undefined
  player.watching = undefined
}

/** Returns the world where players come in. */
function hallOf<G extends AnyGame>({ instances }: Realm<G>): Instance<G> {
  const [hall] = instances
  return hall
}

function middleOf<G extends AnyGame>({ map }: World<G>): Vector2 {
  return { x: map.width / 2, y: map.height / 2 }
}
