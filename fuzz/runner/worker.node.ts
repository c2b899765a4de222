/**
 * The process that runs one target's inputs. It notes each input before trying it, so that the watching process
 * (watched.node.ts) knows which one it was when this process hangs or runs out of memory.
 */
import { openSync, writeSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'
import { Random } from '../../src/core/index.ts'
import { Coverage } from './coverage.node.ts'
import { mutate } from './mutate.ts'
import {
  type Failure,
  type FromWorker,
  INPUT_MEMORY_MAX,
  INPUT_MS_MAX,
  NOTE_HEAD,
  type Setting,
  type Target,
  type ToWorker,
} from './protocol.ts'

const tell = (message: FromWorker): boolean | undefined => process.send?.(message)

const setting: Setting = JSON.parse(process.argv[2])
const { seeds, fuzz } = (await import(setting.file)) as Target
const note = Buffer.alloc(NOTE_HEAD + setting.bytesMax)
const noteFile = openSync(setting.note, 'w')
let begun = 0

process.on('message', (message: ToWorker) => {
  if (message.do === 'single') tell({ at: 'tried', failure: attempt(message.input) })
  else campaign(message.seed, message.ms)
})
tell({ at: 'ready' })

/**
 * How many inputs are tried between two checks of what code they reached. Fixed, so that a seed says everything.
 */
const BATCH = 256

function campaign(seed: number, ms: number): void {
  const random = new Random(seed)
  const until = performance.now() + ms
  const corpus: Uint8Array[] =
    seeds.length > 0 ? seeds.map((input) => input.slice(0, setting.bytesMax)) : [new Uint8Array(0)]
  let inputs = 0
  let isFine = true
  /** @returns whether all went well so far; nothing more is tried after the first failure */
  const run = (input: Uint8Array): boolean => {
    if (!isFine) return false
    inputs++
    const failure = attempt(input)
    if (failure !== undefined) tell({ at: 'failed', failure, input })
    isFine = failure === undefined
    return isFine
  }

  const source = new URL('../../src/', import.meta.url).href
  const coverage = new Coverage((url) => url.startsWith(source) || url === setting.file)
  corpus.every(run)
  coverage.learn()
  while (isFine && performance.now() < until) {
    const batch: Uint8Array[] = []
    while (batch.length < BATCH && performance.now() < until) {
      const input = mutate(corpus, random, setting.bytesMax)
      if (!run(input)) return
      batch.push(input)
    }
    if (coverage.hasNew()) corpus.push(...coverage.reachers(batch, run))
  }
  if (!isFine) return
  tell({ at: 'done', inputs, kept: corpus.length, reached: coverage.size })
}

function attempt(input: Uint8Array): Failure | undefined {
  note.writeUInt32LE(++begun, 0)
  note.writeUInt32LE(input.length, 4)
  note.set(input, NOTE_HEAD)
  writeSync(noteFile, note, 0, NOTE_HEAD + input.length, 0)
  const memory = memoryBytes()
  const start = performance.now()
  try {
    fuzz(input.slice())
  } catch (error) {
    return { why: error instanceof Error ? (error.stack ?? error.message) : String(error), isResource: false }
  }
  const ms = performance.now() - start
  if (ms > INPUT_MS_MAX) {
    return { why: `It took ${Math.round(ms)} ms; ${INPUT_MS_MAX} are allowed.`, isResource: true }
  }
  const grown = memoryBytes() - memory
  if (grown > INPUT_MEMORY_MAX) {
    return { why: `It took ${grown >> 20} MiB; ${INPUT_MEMORY_MAX >> 20} are allowed.`, isResource: true }
  }
  return undefined
}

function memoryBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}
