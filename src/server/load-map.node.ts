import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { OutsideError } from '../core/index.ts'
import { type Decompress, parseMap, type WorldMap } from '../geometry/index.ts'

/** A map's file, and a tileset's, at most. */
const FILE_BYTES_MAX = 256 * 1024 * 1024

/** A map, and the file that it was read from. */
export interface LoadedMap extends WorldMap {
  readonly file: string
}

/**
 * Reads a map from a file of the Tiled editor (.tmj), and the tilesets that it refers to.
 *
 * @throws OutsideError with one sentence naming the file, and layer and object or tile where one of them is wrong
 */
export function loadMap(file: URL | string): LoadedMap {
  const { map, files } = loadMapWithFiles(file)
  return { ...map, file: files[0] }
}

/** The same, and every file that was read: the map's own first. */
export function loadMapWithFiles(file: URL | string): {
  readonly map: WorldMap
  readonly files: readonly string[]
} {
  const path = resolve(file instanceof URL ? fileURLToPath(file) : file)
  const files = [path]
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    throw new OutsideError(
      `The map ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`,
    )
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new OutsideError(`The map ${path} is not JSON: ${(error as Error).message}.`)
  }
  const readFile = (name: string): string => {
    const beside = resolve(dirname(path), name)
    files.push(beside)
    return readText(beside)
  }
  return { map: parseMap(json, basename(path), { readFile, decompress }), files }
}

function readText(path: string): string {
  const { size } = statSync(path)
  if (size > FILE_BYTES_MAX) throw new Error(`it has ${size} bytes; ${FILE_BYTES_MAX} are the most`)
  return readFileSync(path, 'utf8')
}

const decompress: Decompress = (compression, bytes, bytesMax) => {
  const options = { maxOutputLength: Math.max(1, bytesMax) }
  if (compression === 'zlib') return inflateSync(bytes, options)
  return compression === 'gzip' ? gunzipSync(bytes, options) : zstdDecompressSync(bytes, options)
}
