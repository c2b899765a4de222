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

/** Writes somebody who has a place: '(team,name,(r,g,b),(x,y),(w,h))' [HC6]. */
export function personPiece(entity: AnyEntity, adapter: HauntedAdapter): Piece | undefined {
  const figure = entity.position && adapter.figure(entity)
  if (!figure || !entity.position) return undefined
  const { team, rgb } = adapter.square(entity)
  const { picture } = adapter
  const { side = SIDE } = picture
  const { x, y } = pixelOf(entity.position, picture)
  const at = `(${Math.round(x - side / 2)},${Math.round(y - side / 2)})`
  return pieceOf(entity.id, `'(${team},${shownName(figure.name)},${colour(rgb)},${at},(${side},${side}))'`)
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

/**
 * Writes the shades: one polygon.
 *
 * @param dark      corners in metres: x, y, x, y
 * @param bytesMax  how long it may be: a longer one is not written, for with corners left out it would shade other
 *   places
 */
export function shadesOf(
  dark: ArrayLike<number> | undefined,
  picture: HauntedPicture,
  bytesMax: number,
): string {
  const points: string[] = []
  for (let at = 0; dark !== undefined && at + 1 < dark.length; at += 2) {
    const { x, y } = pixelOf({ x: dark[at], y: dark[at + 1] }, picture)
    points.push(`(${Math.round(x)},${Math.round(y)})`)
  }
  const text = `[${points.join(',')}]`
  return points.length >= 3 && text.length <= bytesMax ? text : '[]'
}

/** Writes those who are ready. */
export function readyPieces({ ready = [] }: MatchState): readonly Piece[] {
  return ready.map((name, at) => pieceOf(at, shownName(name)))
}

const encoder = new TextEncoder()

function pieceOf(id: number, text: string): Piece {
  return { id, bytes: encoder.encode(text) }
}

const colour = (rgb: Rgb): string => `(${rgb.map((part) => Math.round(part)).join(',')})`
