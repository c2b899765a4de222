import type { AnyEntity, EntityId } from '../../world/index.ts'
import type { Figure } from '../adapter.ts'
import type { Whereabouts } from '../conversation.ts'
import type { Interpreter } from '../foreign/interpreter.ts'
import type { WorldNews } from '../foreign/speaker.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { SOUTH, stepWay, wayTowards } from './compass.ts'
import { Footpath, type Pace, STANDING } from './footpath.ts'
import { type Neighbour, Neighbours, OWN_INDEX } from './neighbours.ts'
import { TO_CLIENT, UPDATE } from './opcode.ts'
import type { Outlet } from './outlet.ts'
import { linesOf, plainName, plainText } from './plain-text.ts'
import type { OpcodeSettings } from './settings.ts'
import { TileGrid } from './tile-grid.ts'

/** The most of a frame of updates, so that it fits the memory that clients read into, in bytes. */
const UPDATES_BYTES_MAX = 4000
/** The longest line of chat that clients show. */
const LINE_LENGTH_MAX = 80
/** The most steps of a way, as clients send them. */
const STEPS_MAX = 25
/** The farthest corner of a way that a client can have meant, in tiles. */
const CORNER_TILES_MAX = 96
/** The size of the clients' own world in tiles, the floor, and how far floors are apart. */
const WORLD = [2304, 1776, 0, 944] as const

/** Somebody with a client of opcodes who is in the world: where they walk, whom they see and what they hear. */
export class Visit {
  readonly #to: Interpreter
  readonly #out: Outlet
  readonly #settings: OpcodeSettings
  readonly #grid: TileGrid
  readonly #neighbours: Neighbours
  readonly #walk: Footpath
  #pace: Pace = STANDING
  #own: EntityId
  #ownFigure: Figure | undefined
  #hasOwnLooks = false
  #isPlaced = false
  #column = 0
  #row = 0
  #way: number = SOUTH
  #secondsPerTick: number
  #tick = -1
  readonly #looks = new ByteWriter()

  constructor(to: Interpreter, out: Outlet, { own, where, settings }: VisitOptions) {
    const { tileMetres, walk, spots, ground } = settings
    this.#to = to
    this.#out = out
    this.#settings = settings
    this.#own = own
    this.#secondsPerTick = 1 / where.ticksPerSecond
    this.#grid = new TileGrid(tileMetres, ground ?? out.form.ground)
    this.#neighbours = new Neighbours({ grid: this.#grid, reach: out.form.reach, spots })
    this.#walk = new Footpath(walk)
    const [width, height, floor, floorHeight] = WORLD
    out.writer.u16(OWN_INDEX).u16(width).u16(height).u16(floor).u16(floorHeight)
    out.send(TO_CLIENT.world)
  }

  advanced({ tick, entered, changed, left }: WorldNews): void {
    this.#tick = tick
    for (const { entity } of left) this.#neighbours.leave(entity.id)
    for (const entity of entered) {
      if (entity.id === this.#own) this.#ownFigure = this.#figure(entity)
      else this.#neighbours.change(entity, this.#figure(entity))
    }
    for (const { entity } of changed) {
      if (entity.id === this.#own) this.#changeOwn(this.#figure(entity))
      else this.#neighbours.change(entity, this.#figure(entity))
    }
    if (changed.length > 0) this.#showLooks(this.#neighbours.takeRenewed())
    this.#goOn()
  }

  arrived({ ticksPerSecond }: Whereabouts): void {
    this.#secondsPerTick = 1 / ticksPerSecond
    this.#neighbours.clear()
    this.#isPlaced = false
    this.#halt()
  }

  owns(id: EntityId): void {
    const before = this.#to.entity(this.#own)
    this.#own = id
    this.#neighbours.leave(id)
    if (before) this.#neighbours.change(before, this.#figure(before))
    const own = this.#to.entity(id)
    this.#changeOwn(own && this.#figure(own))
    this.#halt()
  }

  /** Takes a way that was clicked: a corner, and steps from it. */
  setOut(body: Uint8Array): void {
    const reader = new ByteReader(body)
    const [column, row] = [reader.u16(), reader.u16()]
    if (reader.isShort || reader.left % 2 !== 0 || reader.left > 2 * STEPS_MAX) {
      this.#to.drop('bad-way')
      return
    }
    const corners = [{ column, row }]
    while (reader.left > 0) corners.push({ column: column + reader.i8(), row: row + reader.i8() })
    const isFar = (corner: { column: number; row: number }): boolean =>
      Math.max(Math.abs(corner.column - this.#column), Math.abs(corner.row - this.#row)) > CORNER_TILES_MAX
    if (!this.#isPlaced || corners.some(isFar)) {
      this.#to.ignore('too-far')
      return
    }
    this.#walk.begin(corners.map((corner) => this.#grid.middle(corner.column, corner.row)))
    this.#goOn()
  }

  /** Tells what an event of the game says. */
  hear(who: EntityId, words: string): void {
    const isOwn = who === this.#own
    const { form, writer } = this.#out
    if (isOwn && form.echoes) return
    // Words of somebody who has only just come are not to be heard before they are seen.
    if (!this.#isPlaced || this.#neighbours.isNew(who)) this.show()
    const index = isOwn ? OWN_INDEX : this.#neighbours.known(who)?.index
    for (const line of linesOf(plainText(words), LINE_LENGTH_MAX)) {
      if (index === undefined) this.#out.print(`${this.#nameOf(who)}: ${line}`)
      else {
        form.writeWords(writer.u16(1).u16(index).u8(UPDATE.words), line)
        this.#out.send(TO_CLIENT.updates)
      }
    }
  }

  /** Tells where everybody is, once a tick of the protocol. */
  show(): void {
    const character = this.#to.character
    const position = character?.position
    if (character === undefined || position === undefined) return
    const grid = this.#grid
    const isAnew = !this.#isPlaced || !grid.isOnGround(position)
    if (isAnew) grid.anchor(position)
    this.#isPlaced = true
    const [column, row] = [grid.column(position), grid.row(position)]
    const facing = this.#settings.facing(character)
    const way = stepWay(Math.sign(column - this.#column), Math.sign(row - this.#row))
    this.#way = (isAnew ? undefined : way) ?? (facing === undefined ? this.#way : wayTowards(facing))
    this.#column = column
    this.#row = row
    const { writer } = this.#out
    writer.bits(column, 11)
    writer.bits(row, 13)
    writer.bits(this.#way, 4)
    const strangers = this.#neighbours.write(writer, { column, row, isAnew, tick: this.#tick })
    this.#out.send(TO_CLIENT.people)
    this.#showLooks(strangers)
  }

  #showLooks(strangers: readonly Neighbour[]): void {
    if (strangers.length === 0 && (this.#hasOwnLooks || !this.#isPlaced)) return
    const { form, writer } = this.#out
    let count = 0
    const looks = this.#looks
    const flush = (): void => {
      if (count === 0) return
      writer.u16(count).bytes(looks.take())
      this.#out.send(TO_CLIENT.updates)
      count = 0
    }
    const add = (index: number, entity: AnyEntity, figure: Figure): void => {
      looks.u16(index).u8(UPDATE.looks)
      if (form.repeatsIndex) looks.u16(index)
      looks.bytes(this.#settings.looks.of(form, entity, figure))
      count++
      if (looks.length > UPDATES_BYTES_MAX) flush()
    }
    const own = this.#to.entity(this.#own)
    if (this.#isPlaced && !this.#hasOwnLooks && this.#ownFigure && own) {
      add(OWN_INDEX, own, this.#ownFigure)
      this.#hasOwnLooks = true
    }
    for (const one of strangers) {
      add(one.index, one.entity, one.figure)
      one.hasLooks = true
    }
    flush()
  }

  /** Walks on, turns or stops, where that is something new. */
  #goOn(): void {
    if (this.#walk.isOver && this.#pace === STANDING) return
    const position = this.#to.character?.position
    const pace = position ? this.#walk.from(position, this.#secondsPerTick) : STANDING
    if (this.#walk.isStuck) this.#out.print('Something is in the way.')
    if (pace.east === this.#pace.east && pace.north === this.#pace.north) return
    this.#pace = pace
    this.#to.intend(this.#settings.adapter.walk(pace.east, pace.north))
  }

  #halt(): void {
    this.#walk.stop()
    this.#goOn()
  }

  #figure(entity: AnyEntity): Figure | undefined {
    return this.#settings.adapter.figure(entity)
  }

  #changeOwn(figure: Figure | undefined): void {
    const before = this.#ownFigure
    if (figure?.name !== before?.name || figure?.look !== before?.look) this.#hasOwnLooks = false
    this.#ownFigure = figure
  }

  #nameOf(id: EntityId): string {
    const entity = this.#to.entity(id)
    return plainName((entity && this.#figure(entity)?.name) ?? 'Somebody')
  }
}

export interface VisitOptions {
  readonly own: EntityId
  readonly where: Whereabouts
  readonly settings: OpcodeSettings
}
