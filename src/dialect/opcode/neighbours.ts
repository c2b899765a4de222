import type { AnyEntity, EntityId } from '../../world/index.ts'
import type { Figure } from '../adapter.ts'
import type { ByteWriter } from './byte-writer.ts'
import { SOUTH, stepWay } from './compass.ts'
import type { TileGrid } from './tile-grid.ts'
import type { TileSpot, TileSpots } from './tile-spot.ts'

/** The most people that are told of at a time: their number is one byte. */
export const PEOPLE_MAX = 255
/** Numbers of people are 1 to 2046, and the first is the player's own. */
export const OWN_INDEX = 1
const INDEX_MAX = 2046

/** The column of who is gone, in the list of those whom the client has. */
const GONE = -(2 ** 31)
/** The most bits that are written at once. */
const BITS_MAX = 16

/** Somebody in sight, as the client has them. */
export interface Neighbour {
  readonly entity: AnyEntity
  readonly index: number
  readonly spot: TileSpot
  figure: Figure
  /** Where the client has them; while the client has them it stands in the list. */
  column: number
  row: number
  way: number
  isGone: boolean
  isKnown: boolean
  /** Whether the client has the name and the looks. */
  hasLooks: boolean
}

/** How a form of the protocol tells where somebody new is. */
export interface OffsetForm {
  /** The bits of each distance. */
  readonly bits: number
  /** Whether a bit follows that says that the looks are known. */
  readonly hasKnownBit: boolean
}

export interface NeighboursOptions {
  readonly grid: TileGrid
  readonly spots: TileSpots
  readonly reach: OffsetForm
}

/**
 * Keeps what a client has been told of the people around its player, and writes what has become of them: in the order
 * last kept, who stands, went one step, turned or is gone, and then who is new.
 *
 * A client counts on the list being in its own order. Whoever went further than a step is gone and new: a client that
 * knows them has them walk there.
 */
export class Neighbours {
  readonly #options: NeighboursOptions
  readonly #tilesMax: number
  readonly #people = new Map<EntityId, Neighbour>()
  /** Those whom the client has, in its order. What each list reads of them lies together. */
  readonly #told: Neighbour[] = []
  readonly #spots: TileSpot[] = []
  readonly #columns = new Int32Array(PEOPLE_MAX)
  readonly #rows = new Int32Array(PEOPLE_MAX)
  readonly #ways = new Uint8Array(PEOPLE_MAX)
  /** How many stand in a row of whom nothing has been written yet. */
  #standing = 0
  /** Those whom the client does not have. */
  readonly #unknown = new Set<Neighbour>()
  readonly #renewed: Neighbour[] = []
  #column = 0
  #row = 0
  /** Numbers that were given back; the one that was longest is taken first, so that nobody walks over from another. */
  readonly #free: number[] = []
  #indices = OWN_INDEX

  constructor(options: NeighboursOptions) {
    this.#options = options
    this.#tilesMax = (1 << (options.reach.bits - 1)) - 1
  }

  /** Returns somebody whom the client has. */
  known(id: EntityId): Neighbour | undefined {
    const one = this.#people.get(id)
    return one?.isKnown ? one : undefined
  }

  come(entity: AnyEntity, figure: Figure): void {
    if (this.#people.has(entity.id)) return
    const index =
      this.#free.length > FREE_LEAST || this.#indices === INDEX_MAX ? this.#free.shift() : ++this.#indices
    if (index === undefined) return
    const one = {
      ...{ entity, index, figure, spot: this.#options.spots.of(entity), column: 0, row: 0, way: SOUTH },
      ...{ isGone: false, isKnown: false, hasLooks: false },
    }
    this.#people.set(entity.id, one)
    this.#unknown.add(one)
  }

  leave(id: EntityId): void {
    const one = this.#people.get(id)
    if (one === undefined) return
    this.#people.delete(id)
    one.isGone = true
    if (one.isKnown) this.#columns[this.#told.indexOf(one)] = GONE
    else this.#free.push(one.index)
    this.#unknown.delete(one)
  }

  /** Everybody is gone, as in another world. */
  clear(): void {
    for (const id of this.#people.keys()) this.leave(id)
  }

  /** Somebody has changed, and is perhaps shown otherwise from now on, or not at all. */
  change(entity: AnyEntity, figure: Figure | undefined): void {
    const one = this.#people.get(entity.id)
    if (figure === undefined) this.leave(entity.id)
    else if (one === undefined) this.come(entity, figure)
    else {
      const isSame = figure.name === one.figure.name && figure.look === one.figure.look
      if (!isSame && one.isKnown && one.hasLooks) this.#renewed.push(one)
      if (!isSame) one.hasLooks = false
      one.figure = figure
    }
  }

  /** Whether somebody is in sight of whom the client has not been told. */
  isNew(id: EntityId): boolean {
    return this.#people.get(id)?.isKnown === false
  }

  /** Returns those whom the client knows by other looks than they have now, and forgets who they are. */
  takeRenewed(): readonly Neighbour[] {
    return this.#renewed.splice(0)
  }

  /**
   * Appends the list.
   *
   * @param column, row  where the player is
   * @param tick         the tick of the world
   * @param isAnew       whether everybody is elsewhere on the client's map than before
   * @returns            those whose looks the client does not have yet
   */
  write(
    to: ByteWriter,
    { column, row, isAnew, tick }: { column: number; row: number; isAnew: boolean; tick: number },
  ): readonly Neighbour[] {
    const told = this.#told
    let kept = 0
    to.bits(told.length, 8)
    for (let i = 0; i < told.length; i++) {
      if (!isAnew && this.#columns[i] !== GONE && this.#writeKnown(to, i, { column, row, tick })) {
        if (kept !== i) this.#shift(i, kept)
        kept++
        continue
      }
      this.#writeStanding(to)
      to.bits(0b1111, 4)
      this.#release(i)
    }
    this.#writeStanding(to)
    this.#column = column
    this.#row = row
    told.length = kept
    this.#spots.length = kept
    const strangers = this.#newcomers(PEOPLE_MAX - kept, tick)
    if (strangers.length === 0) return strangers
    for (const one of strangers) {
      this.#writeNew(to, one, column, row)
      this.#columns[told.length] = one.column
      this.#rows[told.length] = one.row
      this.#ways[told.length] = one.way
      this.#spots.push(one.spot)
      told.push(one)
    }
    return strangers.filter(({ hasLooks }) => !hasLooks)
  }

  /** @returns false, and nothing is written, for somebody who is further away than a step, or out of reach */
  #writeKnown(
    to: ByteWriter,
    at: number,
    { column, row, tick }: { column: number; row: number; tick: number },
  ): boolean {
    const { grid, spots } = this.#options
    const spot = this.#spots[at]
    if (spot.tick !== tick) spots.find(spot, this.#told[at].entity, tick)
    const ownColumn = grid.columnAt(spot.east)
    const ownRow = grid.rowAt(spot.north)
    if (!this.#isNear(ownColumn, ownRow, column, row)) return false
    const columns = ownColumn - this.#columns[at]
    const rows = ownRow - this.#rows[at]
    const facing = spot.way
    if (columns === 0 && rows === 0) {
      if (facing < 0 || facing === this.#ways[at]) this.#standing++
      else {
        this.#writeStanding(to)
        to.bits((0b11 << 4) | facing, 6)
        this.#ways[at] = facing
      }
      return true
    }
    const way = stepWay(columns, rows)
    if (way === undefined) return false
    this.#writeStanding(to)
    to.bits((0b10 << 3) | way, 5)
    this.#columns[at] = ownColumn
    this.#rows[at] = ownRow
    this.#ways[at] = way
    return true
  }

  /** Writes of those who stand that nothing is new: a bit for each. */
  #writeStanding(to: ByteWriter): void {
    for (; this.#standing > BITS_MAX; this.#standing -= BITS_MAX) to.bits(0, BITS_MAX)
    if (this.#standing > 0) to.bits(0, this.#standing)
    this.#standing = 0
  }

  /** Somebody in the list goes to an earlier place. */
  #shift(from: number, to: number): void {
    this.#told[to] = this.#told[from]
    this.#spots[to] = this.#spots[from]
    this.#columns[to] = this.#columns[from]
    this.#rows[to] = this.#rows[from]
    this.#ways[to] = this.#ways[from]
  }

  /** The client has somebody in the list no more. */
  #release(at: number): void {
    const one = this.#told[at]
    one.isKnown = false
    if (one.isGone) this.#free.push(one.index)
    else {
      one.column = this.#columns[at]
      one.row = this.#rows[at]
      one.way = this.#ways[at]
      this.#unknown.add(one)
    }
  }

  #writeNew(to: ByteWriter, one: Neighbour, column: number, row: number): void {
    const { reach } = this.#options
    const mask = (1 << reach.bits) - 1
    one.isKnown = true
    this.#unknown.delete(one)
    to.bits(one.index, 11)
    to.bits((one.column - column) & mask, reach.bits)
    to.bits((one.row - row) & mask, reach.bits)
    to.bits(one.way, 4)
    if (reach.hasKnownBit) to.bits(0, 1)
  }

  /** Returns those in reach whom the client has not; the nearest, where there are too many. */
  #newcomers(most: number, tick: number): readonly Neighbour[] {
    if (most <= 0 || this.#unknown.size === 0) return NOBODY
    const { grid, spots } = this.#options
    const found: Neighbour[] = []
    for (const one of this.#unknown) {
      const { spot, column, row } = one
      spots.find(spot, one.entity, tick)
      one.column = grid.columnAt(spot.east)
      one.row = grid.rowAt(spot.north)
      if (!this.#isNear(one.column, one.row, this.#column, this.#row)) continue
      // Who ran looks where they ran.
      const isRunning = one.hasLooks && Math.abs(one.column - column) + Math.abs(one.row - row) < RUN_MAX
      const way = isRunning ? wayAlong(one.column - column, one.row - row) : undefined
      one.way = way ?? (spot.way < 0 ? one.way : spot.way)
      found.push(one)
    }
    if (found.length <= most) return found
    const distance = (one: Neighbour): number =>
      Math.max(Math.abs(one.column - this.#column), Math.abs(one.row - this.#row))
    return found.sort((a, b) => distance(a) - distance(b)).slice(0, most)
  }

  #isNear(column: number, row: number, ownColumn: number, ownRow: number): boolean {
    return Math.abs(column - ownColumn) <= this.#tilesMax && Math.abs(row - ownRow) <= this.#tilesMax
  }
}

const NOBODY: readonly Neighbour[] = []
/** Who is farther away than this since last told was not seen running, in tiles. */
const RUN_MAX = 12
/** Numbers that rest before one of them is given to somebody else. */
const FREE_LEAST = 512

/** Returns the number of the way that leads roughly there. */
function wayAlong(columns: number, rows: number): number | undefined {
  return stepWay(Math.sign(columns), Math.sign(rows))
}
