import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { OutsideError } from '../core/index.ts'
import { type Decompress, type MapSurvey, surveyMap, type WorldMap } from '../geometry/index.ts'

/** The largest file of a map, tileset or template, in bytes. */
const FILE_BYTES_MAX = 256 * 1024 * 1024
/** The names of files that a map may refer to: no others are opened. */
const REFERRED = /\.(tsx|tsj|tx|tj|json|xml)$/i

/** A map, and the file it was read from. */
export interface LoadedMap extends WorldMap {
  readonly file: string
}

export interface LoadMapOptions {
  /** Called with a sentence for each thing skipped, and why; `console.warn` when left out. */
  readonly tell?: (sentence: string) => void
}

/**
 * Reads a map from a file of the Tiled editor (.tmj or .tmx), and the tilesets and templates that it refers to.
 *
 * @throws OutsideError with one sentence naming the file, and layer and object or tile where one of them is wrong
 */
export function loadMap(
  file: URL | string,
  { tell = (sentence) => console.warn(sentence) }: LoadMapOptions = {},
): LoadedMap {
  const { map, notes, files } = surveyMapFile(file)
  for (const note of notes) tell(note)
  return { ...map, file: files[0] }
}

/** Reads a map's file without reporting, and returns every file that was read: the map's own first. */
export function surveyMapFile(file: URL | string): MapSurvey & { readonly files: readonly string[] } {
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
  const readFile = (name: string): string => {
    const beside = resolve(dirname(path), name)
    if (!REFERRED.test(beside)) throw new Error('tilesets end in .tsj or .tsx, templates in .tj or .tx')
    files.push(beside)
    return readText(beside)
  }
  return { ...surveyMap(contentOf(text, path), basename(path), { readFile, decompress }), files }
}

/** Returns parsed JSON, or XML as text: the map reader takes either. */
function contentOf(text: string, path: string): unknown {
  const plain = text.replace(/^\uFEFF/, '')
  if (plain.trimStart().startsWith('<')) return plain
  try {
    return JSON.parse(plain)
  } catch (error) {
    throw new OutsideError(`The map ${path} is not JSON: ${(error as Error).message}.`)
  }
}

/** Reads the text of a regular file only: a device or a pipe may never end. */
function readText(path: string): string {
  const stats = statSync(path)
  if (!stats.isFile()) throw new Error('it is no file')
  if (stats.size > FILE_BYTES_MAX)
    throw new Error(`it has ${stats.size} bytes; ${FILE_BYTES_MAX} are the most`)
  return readFileSync(path, 'utf8')
}

const decompress: Decompress = (compression, bytes, bytesMax) => {
  const options = { maxOutputLength: Math.max(1, bytesMax) }
  if (compression === 'zlib') return inflateSync(bytes, options)
  return compression === 'gzip' ? gunzipSync(bytes, options) : zstdDecompressSync(bytes, options)
}
