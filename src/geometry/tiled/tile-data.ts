/** Reads the tiles of a layer: a list of numbers, or base64 with or without compression, whole or in chunks. */
import { asRecord, fail, integerIn, type Json, listIn, named } from './reading.ts'

/** The most tiles of all layers of a map together. */
export const TILES_MAX = 1 << 24
const CHUNKS_MAX = 65_536

export type Compression = 'zlib' | 'gzip' | 'zstd'
/**
 * Undoes a compression.
 *
 * @param bytesMax  what comes out may not be longer; such data is refused and not held in memory
 * @throws          anything; the map is then refused with what it says
 */
export type Decompress = (compression: Compression, bytes: Uint8Array, bytesMax: number) => Uint8Array

/** A rectangle of tiles. Tile (0, 0) is the map's upper left one; an infinite map's go below zero. */
export interface TileBlock {
  readonly x: number
  readonly y: number
  readonly columns: number
  readonly rows: number
  /** Row by row from the top: the tile's global number with the flip flags, 0 for none. Empty when nobody asks. */
  readonly tiles: Uint32Array
  /** Whether it holds no tile, as far as can be told without undoing a compression. */
  readonly isEmpty: boolean
}

const NONE = new Uint32Array(0)

/**
 * @param by  `room`: tiles that the whole map may still have
 *            `isLookedAt`: whether it is enough to know where the tiles lie
 * @throws    OutsideError for data that is not as long as the layer says, or cannot be undone
 */
export function tileBlocks(
  layer: Json,
  where: string,
  by: {
    readonly decompress: Decompress | undefined
    readonly room: number
    readonly isLookedAt: boolean
  },
): TileBlock[] {
  const chunks = layer.chunks === undefined ? [layer] : listIn(layer, 'chunks', where, CHUNKS_MAX)
  let { room } = by
  return chunks.map((each, index) => {
    const chunk = asRecord(each)
    const at = layer.chunks === undefined ? where : `${where}, chunk ${index}`
    if (!chunk) fail(at, 'is not an object')
    const columns = integerIn(chunk, 'width', at, { least: 0, most: 65_536 })
    const rows = integerIn(chunk, 'height', at, { least: 0, most: 65_536 })
    const count = columns * rows
    room -= count
    if (room < 0) fail(at, `is too much: ${TILES_MAX} tiles are the most in one map`)
    const x = integerIn(chunk, 'x', at, { least: -1_048_576, most: 1_048_576, fallback: 0 })
    const y = integerIn(chunk, 'y', at, { least: -1_048_576, most: 1_048_576, fallback: 0 })
    if (by.isLookedAt) {
      const isEmpty = Array.isArray(chunk.data) && (chunk.data as unknown[]).every((tile) => tile === 0)
      return { x, y, columns, rows, tiles: NONE, isEmpty: isEmpty || count === 0 }
    }
    const tiles = Array.isArray(chunk.data)
      ? fromList(chunk.data as unknown[], count, at)
      : fromBytes(bytesOf(chunk, layer, { where: at, count, decompress: by.decompress }), count, at)
    return { x, y, columns, rows, tiles, isEmpty: tiles.every((tile) => tile === 0) }
  })
}

function fromList(data: readonly unknown[], count: number, where: string): Uint32Array {
  if (data.length !== count) fail(where, `has ${data.length} tiles; its size says ${count}`)
  const tiles = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const tile = data[i]
    if (typeof tile !== 'number' || !(tile >= 0 && tile <= 0xffff_ffff) || !Number.isInteger(tile))
      fail(where, `has ${named(tile)} for its tile at index ${i}; it must be a whole number below 2^32`)
    tiles[i] = tile
  }
  return tiles
}

function fromBytes(bytes: Uint8Array, count: number, where: string): Uint32Array {
  if (bytes.length !== count * 4)
    fail(where, `has ${bytes.length} bytes of tiles; its size says ${count * 4}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const tiles = new Uint32Array(count)
  for (let i = 0; i < count; i++) tiles[i] = view.getUint32(i * 4, true)
  return tiles
}

function bytesOf(
  chunk: Json,
  layer: Json,
  by: { readonly where: string; readonly count: number; readonly decompress: Decompress | undefined },
): Uint8Array {
  const { where } = by
  if (typeof chunk.data !== 'string')
    fail(where, 'has no tiles; save the map again with Tiled, with CSV or base64 for its layer format')
  const encoding = chunk.encoding ?? layer.encoding
  if (encoding !== 'base64') fail(where, `is encoded as ${named(encoding)}; save it as CSV or base64`)
  const bytes = fromBase64(chunk.data) ?? fail(where, 'has tiles that are not base64; save the map again')
  const compression = chunk.compression ?? layer.compression ?? ''
  if (compression === '') return bytes
  if (compression !== 'zlib' && compression !== 'gzip' && compression !== 'zstd')
    fail(where, `is compressed by ${named(compression)}; save it as CSV or base64`)
  if (!by.decompress)
    fail(
      where,
      `is compressed by ${compression}, which cannot be undone here; save it as CSV or plain base64`,
    )
  try {
    return by.decompress(compression, bytes, by.count * 4)
  } catch (error) {
    return fail(where, `has tiles that ${compression} cannot undo: ${named((error as Error)?.message)}`)
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const DIGITS = new Uint8Array(128).fill(255)
for (let i = 0; i < 64; i++) DIGITS[ALPHABET.charCodeAt(i)] = i

/** @returns undefined for what is not base64 (RFC 4648, padded or not, white space anywhere) */
function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '').replace(/={1,2}$/, '')
  if (digits.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4))
  let bits = 0
  let held = 0
  let length = 0
  for (let i = 0; i < digits.length; i++) {
    const code = digits.charCodeAt(i)
    const digit = code < 128 ? DIGITS[code] : 255
    if (digit === 255) return undefined
    bits = ((bits << 6) | digit) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    bytes[length++] = bits >>> held
  }
  return bytes
}
