import type { AnyEntity } from '../../world/index.ts'
import type { Block, HauntedAdapter, HauntedPicture, MatchState, Rgb } from './adapter.ts'

/** How much of a name is shown. */
const SHOWN_MAX = 16
/** How much of a sentence is shown. */
const WORDS_MAX = 80
const SIDE = 20

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
export class PersonPiece {
  readonly #entity: AnyEntity
  readonly #adapter: HauntedAdapter
  #tick = -1
  #piece: Piece | undefined
  /** What the piece says, and the name as it is shown. */
  #name = ''
  #shown = ''
  #team = -1
  #rgb = ''
  #x = 0
  #y = 0

  constructor(entity: AnyEntity, adapter: HauntedAdapter) {
    this.#entity = entity
    this.#adapter = adapter
  }

  /** Returns the piece at a tick: another one only where it says something else. */
  at(tick: number): Piece | undefined {
    if (tick === this.#tick) return this.#piece
    this.#tick = tick
    const entity = this.#entity
    const figure = entity.position && this.#adapter.figure(entity)
    if (!figure || !entity.position) {
      this.#piece = undefined
      return undefined
    }
    const { picture } = this.#adapter
    const { side = SIDE } = picture
    const { team, rgb } = this.#adapter.square(entity)
    const pixel = pixelOf(entity.position, picture)
    const x = Math.round(pixel.x - side / 2)
    const y = Math.round(pixel.y - side / 2)
    const colours = colour(rgb)
    const isNamed = figure.name === this.#name
    const isSame = isNamed && x === this.#x && y === this.#y && team === this.#team && colours === this.#rgb
    if (isSame && this.#piece) return this.#piece
    if (!isNamed) this.#shown = shownName(figure.name)
    this.#name = figure.name
    this.#team = team
    this.#rgb = colours
    this.#x = x
    this.#y = y
    this.#piece = pieceOf(entity.id, `'(${team},${this.#shown},${colours},(${x},${y}),(${side},${side}))'`)
    return this.#piece
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
