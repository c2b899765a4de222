import type { Grid } from '../geometry/index.ts'
import { PacketWriter, type TopicKey, topicKey, topicName, View } from '../replication/index.ts'
import type { PlayerNews } from './message/index.ts'
import type { ServedPlayer } from './served-player.ts'
import type { ServedWorld } from './served-world.ts'

/**
 * The distance a view may need beyond its radius, in metres: it looks from anywhere on a quarter of a cell, and
 * some around it.
 */
const BEYOND = 12
const BEYOND_SHARE = 3 / 8
/** The most bytes of news in one tick; the rest comes with the next. */
const STATE_BYTES_MAX = 4 * 1024 * 1024
/** The limits of a gateway's feed: practically none. */
const UNBOUNDED = { isLossy: false, bytesPerSecond: 2 ** 29, overheadBytes: 0, entitiesMax: 2 ** 31 } as const

/** The topics one player makes the gateway follow. */
interface Wish {
  cell: number
  radius: number
  cells: readonly TopicKey[]
  readonly extras: Set<TopicKey>
}

/**
 * Writes a gateway's news of one world: every topic that any of its players follows, once. Each player's cells are
 * taken from the whole cell that the player stands in, and some further, so that whatever a view at the gateway may
 * want of its place is there.
 */
export class WorldFeed {
  readonly #world: ServedWorld<ServedPlayer>
  readonly #view: View
  readonly #wishes = new Map<number, Wish>()
  /** The number of players that follow each topic. */
  readonly #counts = new Map<TopicKey, number>()
  /** For a region: topics of what not every player may know, where it looks. */
  #hidden = new Set<TopicKey>()
  #hiddenBefore = new Set<TopicKey>()

  constructor(world: ServedWorld<ServedPlayer>) {
    this.#world = world
    this.#view = new View(world.feedDesk, UNBOUNDED)
  }

  /** Follows a player's topics from this tick on. */
  note(news: PlayerNews): void {
    const wish = this.#wishOf(news.session)
    for (const { key, isGone } of news.unfollow) if (wish.extras.delete(key)) this.#release(key, isGone)
    for (const key of news.follow)
      if (!wish.extras.has(key)) {
        wish.extras.add(key)
        this.#want(key)
      }
    if (!news.hasPlace) return
    const { grid } = this.#world.world
    const cell = grid.column(news.x) + grid.row(news.y) * grid.columns
    if (cell === wish.cell && news.radius === wish.radius) return
    const before = wish.cells
    wish.cell = cell
    wish.radius = news.radius
    wish.cells = cellsAround(grid, cell, news.radius).map((id) => topicKey({ kind: 'cell', id }))
    for (const key of wish.cells) this.#want(key)
    for (const key of before) this.#release(key, false)
  }

  /** The topics besides cells that are followed for a session. */
  extrasOf(session: number): Iterable<TopicKey> {
    return this.#wishes.get(session)?.extras ?? []
  }

  /** Drops the topics of a player who has left. */
  forget(session: number): void {
    const wish = this.#wishes.get(session)
    if (!wish) return
    this.#wishes.delete(session)
    for (const key of wish.cells) this.#release(key, false)
    for (const key of wish.extras) this.#release(key, false)
  }

  /** For a region: follows what is restricted or of a group in the cells that are followed. */
  followHidden(): void {
    const { world, hidden } = this.#world
    const before = this.#hidden
    if (hidden.length === 0 && before.size === 0) return
    const wanted = this.#hiddenBefore
    wanted.clear()
    for (const resident of hidden) {
      const { cell, isRestricted, group, entity } = resident
      if (cell >= 0 && !this.#counts.has(topicKey({ kind: 'cell', id: cell }))) continue
      wanted.add(topicKey(isRestricted ? { kind: 'entity', id: entity.id } : { kind: 'group', id: group }))
    }
    for (const key of wanted) if (!before.has(key)) this.#want(key)
    for (const key of before) {
      if (wanted.has(key)) continue
      const { kind, id } = topicName(key)
      this.#release(key, kind === 'entity' && world.residentOf(id)?.isGhost !== false)
    }
    this.#hidden = wanted
    this.#hiddenBefore = before
  }

  /** Writes the news of the tick; valid until the next call on any feed with this packet. */
  write(packet: PacketWriter): Uint8Array {
    packet.length = 0
    this.#world.beginFeed()
    this.#view.write(packet)
    return packet.finish()
  }

  close(): void {
    this.#view.close()
  }

  #wishOf(session: number): Wish {
    const known = this.#wishes.get(session)
    if (known) return known
    const wish: Wish = { cell: -1, radius: -1, cells: [], extras: new Set() }
    this.#wishes.set(session, wish)
    return wish
  }

  #want(key: TopicKey): void {
    const count = this.#counts.get(key) ?? 0
    this.#counts.set(key, count + 1)
    if (count === 0) this.#view.follow(key)
  }

  #release(key: TopicKey, isGone: boolean): void {
    const count = (this.#counts.get(key) ?? 0) - 1
    if (count > 0) {
      this.#counts.set(key, count)
      return
    }
    this.#counts.delete(key)
    this.#view.unfollow(key, isGone)
  }
}

/** Returns the cells visible from anywhere in a cell, with a sight radius in metres. */
function cellsAround({ columns, rows, cellSize }: Grid, cell: number, radius: number): number[] {
  const reach = radius + BEYOND + BEYOND_SHARE * cellSize
  const steps = Math.ceil(reach / cellSize) + 1
  const middle = { column: cell % columns, row: Math.floor(cell / columns) }
  const cells: number[] = []
  for (let row = Math.max(0, middle.row - steps); row <= Math.min(rows - 1, middle.row + steps); row++)
    for (
      let column = Math.max(0, middle.column - steps);
      column <= Math.min(columns - 1, middle.column + steps);
      column++
    ) {
      const east = Math.max(0, Math.abs(column - middle.column) - 1) * cellSize
      const north = Math.max(0, Math.abs(row - middle.row) - 1) * cellSize
      if (east * east + north * north <= reach * reach) cells.push(column + row * columns)
    }
  return cells
}

export function newStatePacket(): PacketWriter {
  return new PacketWriter(STATE_BYTES_MAX)
}
