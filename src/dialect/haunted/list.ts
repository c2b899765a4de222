import type { AnyEntity } from '../../world/index.ts'
import type { Block, HauntedAdapter, HauntedPicture, MatchState, Rgb } from './adapter.ts'

/** How much of a name is shown. */
const SHOWN_MAX = 16
/** How much of a sentence is shown. */
const WORDS_MAX = 80
const SIDE = 20
const NOTHING = new Uint8Array(0)

/** A piece of a list, in UTF-8, and of whom it speaks: an entity's id, a wall's number. */
export interface Piece {
  readonly id: number
  readonly bytes: Uint8Array
}

/** Writes a name that stands in lists: what would be read as something else, and blanks, are underscores. */
export function shownName(name: string): string {
  const shown = [...name].slice(0, SHOWN_MAX).join('')
  return shown.replace(/[\s,()[\]'"\p{C}]/gu, '_') || '_'
}

/** Writes a sentence as one word of a message. */
export function shownWords(words: string): string {
  return (
    [...words]
      .slice(0, WORDS_MAX)
      .join('')
      .replace(/[,()[\]'"\p{C}]/gu, '')
      .replace(/\s/g, '_') || '_'
  )
}

/** Somebody who has a place, as a piece of a list: '(team,name,(r,g,b),(x,y),(w,h))' [HC6]. */
export class PersonPiece implements Piece {
  readonly id: number
  bytes = NOTHING
  readonly #entity: AnyEntity
  readonly #adapter: HauntedAdapter
  #tick = -1
  #isShown = false
  #isDressed = false
  /** The piece up to its place, and what follows it. */
  #head = NOTHING
  #tail = NOTHING
  #x = Number.NaN
  #y = Number.NaN
  /** How long the digits of the place are. */
  #xLength = 0
  #yLength = 0

  constructor(entity: AnyEntity, adapter: HauntedAdapter) {
    this.id = entity.id
    this.#entity = entity
    this.#adapter = adapter
  }

  /** Notes that the fields have changed: the name, the team and the colour are asked for again. */
  changed(): void {
    this.#isDressed = false
  }

  /** Returns the piece at a tick, good for this tick; undefined for who is not shown. */
  at(tick: number): Piece | undefined {
    if (tick !== this.#tick) {
      this.#tick = tick
      const isOther = !this.#isDressed
      if (isOther) this.#dress()
      if (this.#isShown) this.#place(isOther)
    }
    return this.#isShown ? this : undefined
  }

  #dress(): void {
    const entity = this.#entity
    const figure = entity.position && this.#adapter.figure(entity)
    this.#isDressed = true
    this.#isShown = figure !== undefined
    if (figure === undefined) return
    const { side = SIDE } = this.#adapter.picture
    const { team, rgb } = this.#adapter.square(entity)
    this.#head = encoder.encode(`'(${team},${shownName(figure.name)},${colour(rgb)},(`)
    this.#tail = encoder.encode(`),(${side},${side}))'`)
  }

  #place(isOther: boolean): void {
    const { picture } = this.#adapter
    const { height, pixelsPerMetre, west = 0, south = 0, side = SIDE } = picture
    const at = this.#entity.position!
    const x = Math.round((at.x - west) * pixelsPerMetre - side / 2)
    const y = Math.round(height - (at.y - south) * pixelsPerMetre - side / 2)
    if (x === this.#x && y === this.#y && !isOther) return
    this.#x = x
    this.#y = y
    const xLength = lengthOf(x)
    const yLength = lengthOf(y)
    if (isOther || xLength !== this.#xLength || yLength !== this.#yLength) {
      this.#xLength = xLength
      this.#yLength = yLength
      const comma = this.#head.length + xLength
      this.bytes = new Uint8Array(comma + 1 + yLength + this.#tail.length)
      this.bytes.set(this.#head)
      this.bytes[comma] = COMMA
      this.bytes.set(this.#tail, comma + 1 + yLength)
    }
    writeWhole(this.bytes, this.#head.length, x, xLength)
    writeWhole(this.bytes, this.#head.length + xLength + 1, y, yLength)
  }
}

const [COMMA, MINUS, ZERO] = [44, 45, 48]

/** How many characters a whole number has. */
function lengthOf(value: number): number {
  const size = Math.abs(value)
  let length = value < 0 ? 2 : 1
  for (let most = 10; most <= size; most *= 10) length++
  return length
}

/** Writes a whole number of so many characters. */
function writeWhole(to: Uint8Array, start: number, value: number, length: number): void {
  const first = value < 0 ? start + 1 : start
  if (value < 0) to[start] = MINUS
  let rest = Math.abs(value)
  for (let at = start + length - 1; at >= first; at--) {
    const tenth = Math.floor(rest / 10)
    to[at] = ZERO + rest - 10 * tenth
    rest = tenth
  }
}

/** Writes what stands on the map: '(id,(r,g,b),(x,y),(w,h))' [HC6]. */
export function blockPiece({ rgb, x, y, w, h }: Block, id: number): Piece {
  const [at, size] = [`(${Math.round(x)},${Math.round(y)})`, `(${Math.round(w)},${Math.round(h)})`]
  return pieceOf(id, `'(${id},${colour(rgb)},${at},${size})'`)
}

/** Turns a place in metres, north up, into pixels from the upper left corner. */
function pixelOf({ x, y }: { readonly x: number; readonly y: number }, picture: HauntedPicture) {
  const { height, pixelsPerMetre, west = 0, south = 0 } = picture
  return { x: (x - west) * pixelsPerMetre, y: height - (y - south) * pixelsPerMetre }
}

/** Writes shades, each polygon once for all who are shown it. */
export class ShadeTexts {
  readonly #picture: HauntedPicture
  readonly #texts = new WeakMap<ArrayLike<number>, string>()

  constructor(picture: HauntedPicture) {
    this.#picture = picture
  }

  /**
   * Returns the shades as a list.
   *
   * @param dark      corners in metres: x, y, x, y; they stay as they are
   * @param bytesMax  how long it may be: a longer one is not written, for with corners left out it would shade other
   *   places
   */
  of(dark: ArrayLike<number> | undefined, bytesMax: number): string {
    if (dark === undefined || dark.length < 6) return '[]'
    let text = this.#texts.get(dark)
    if (text === undefined) this.#texts.set(dark, (text = this.#write(dark)))
    return text.length <= bytesMax ? text : '[]'
  }

  #write(dark: ArrayLike<number>): string {
    const points: string[] = []
    for (let at = 0; at + 1 < dark.length; at += 2) {
      const { x, y } = pixelOf({ x: dark[at], y: dark[at + 1] }, this.#picture)
      points.push(`(${Math.round(x)},${Math.round(y)})`)
    }
    return `[${points.join(',')}]`
  }
}

/** Writes those who are ready. */
export function readyPieces({ ready = [] }: MatchState): readonly Piece[] {
  return ready.map((name, at) => pieceOf(at, shownName(name)))
}

const encoder = new TextEncoder()

function pieceOf(id: number, text: string): Piece {
  return { id, bytes: encoder.encode(text) }
}

const colour = ([r, g, b]: Rgb): string => `(${Math.round(r)},${Math.round(g)},${Math.round(b)})`
