import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cutMap, type WorldMap } from '../geometry/index.ts'
import { surveyMapFile } from './load-map.node.ts'

/** Milliseconds of quiet after which a file counts as written: editors write in several steps. */
const QUIET_MS = 200

export interface MapWatcherOptions {
  /** The map is another one now. */
  readonly changed: (map: WorldMap) => void
  /** The file is broken, in one sentence; the map that was stays. */
  readonly refused: (reason: string) => void
  /** What was passed over in a file that was read again, a sentence each. */
  readonly told?: (sentence: string) => void
  /** Milliseconds; 200 when left out. */
  readonly quietMs?: number
}

/**
 * Watches a map's file, its tilesets and its templates, and reads them again when they were written.
 *
 *     a file is written --quiet--> read --another map--> changed(map)
 *                                   '----broken-------> refused(sentence)
 *
 * Nothing is told of a file that was saved without a change. Folders are watched, not files: editors put a new file in
 * the place of the old one.
 *
 * @throws OutsideError when the map cannot be read to begin with
 */
export class MapWatcher {
  readonly #path: string
  readonly #options: MapWatcherOptions
  readonly #watchers = new Map<string, FSWatcher>()
  #files: ReadonlySet<string> = new Set()
  #timer: NodeJS.Timeout | undefined
  #hash: string
  #isClosed = false

  constructor(file: URL | string, options: MapWatcherOptions) {
    this.#path = resolve(file instanceof URL ? fileURLToPath(file) : file)
    this.#options = options
    const { map, files } = surveyMapFile(this.#path)
    this.#hash = cutMap(map).hash
    this.#watch(files)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(files: readonly string[]): void {
    this.#files = new Set(files)
    for (const folder of new Set(files.map((file) => dirname(file)))) {
      if (this.#watchers.has(folder)) continue
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || this.#files.has(resolve(folder, basename(name)))) this.#wait()
      })
      watcher.on('error', (error) => this.#options.refused(`${folder} cannot be watched: ${error.message}.`))
      this.#watchers.set(folder, watcher)
    }
  }

  #wait(): void {
    if (this.#isClosed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#read(), this.#options.quietMs ?? QUIET_MS)
  }

  #read(): void {
    let map: WorldMap
    let notes: readonly string[]
    try {
      const read = surveyMapFile(this.#path)
      map = read.map
      notes = read.notes
      this.#watch(read.files)
    } catch (error) {
      this.#options.refused((error as Error).message)
      return
    }
    const { hash } = cutMap(map)
    if (hash === this.#hash) return
    this.#hash = hash
    for (const note of notes) this.#options.told?.(note)
    this.#options.changed(map)
  }
}
