import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cutMap, type WorldMap } from '../geometry/index.ts'
import { surveyMapFile } from './load-map.node.ts'

/** Sets how many milliseconds without a write end a change: editors write in several steps. */
const QUIET_MS = 200

export interface MapWatcherOptions {
  /** Takes the new map. */
  readonly changed: (map: WorldMap) => void
  /** Takes one sentence that says why the file is refused; the old map stays. */
  readonly refused: (reason: string) => void
  /** Takes one sentence for each thing of the new file that was passed over. */
  readonly told?: (sentence: string) => void
  /** Sets how many milliseconds without a write end a change; 200 when left out. */
  readonly quietMs?: number
}

/**
 * Watches a map's file, its tilesets and its templates, and reads them again after they are written.
 *
 *     a file is written --quiet--> read --another map--> changed(map)
 *                                   '----broken-------> refused(sentence)
 *
 * A file that is saved without a change calls nothing. It watches folders, because editors replace files by new ones.
 *
 * @throws OutsideError when the map cannot be read at the start
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
