/**
 * The thread that runs one target's inputs. It writes each input into shared memory before trying it, so that the
 * thread that watches (campaign.node.ts) still has it when this one hangs or runs out of memory.
 */
import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { Random } from '../../src/core/index.ts'
import { Coverage } from './coverage.node.ts'
import { mutate } from './mutate.ts'
import {
  type Failure,
  type FromWorker,
  INPUT_MEMORY_MAX,
  INPUT_MS_MAX,
  type Setting,
  type Target,
  type ToWorker,
} from './protocol.ts'

const port = parentPort
if (port === null) throw new Error('This file runs as a worker thread.')
const tell = (message: FromWorker): void => port.postMessage(message)

const setting = workerData as Setting
const { seeds, fuzz } = (await import(setting.file)) as Target
const header = new Int32Array(setting.shared, 0, 2)
const shown = new Uint8Array(setting.shared, 8)
tell({ at: 'ready' })

port.on('message', (message: ToWorker) => {
  if (message.do === 'single') tell({ at: 'tried', failure: attempt(message.input) })
  else campaign(message.seed, message.ms)
})

/** Inputs between two looks at what code they reached. A fixed number, so that a seed says everything. */
const BATCH = 1024

function campaign(seed: number, ms: number): void {
  const random = new Random(seed)
  const until = performance.now() + ms
  const corpus: Uint8Array[] =
    seeds.length > 0 ? seeds.map((input) => input.slice(0, setting.bytesMax)) : [new Uint8Array(0)]
  let inputs = 0
  /** @returns whether it went well */
  const run = (input: Uint8Array): boolean => {
    inputs++
    const failure = attempt(input)
    if (failure !== undefined) tell({ at: 'failed', failure, input })
    return failure === undefined
  }

  const source = new URL('../../src/', import.meta.url).href
  const coverage = new Coverage((url) => url.startsWith(source) || url === setting.file)
  for (const input of corpus) if (!run(input)) return
  coverage.learn()
  while (performance.now() < until) {
    const batch: Uint8Array[] = []
    while (batch.length < BATCH && performance.now() < until) {
      const input = mutate(corpus, random, setting.bytesMax)
      if (!run(input)) return
      batch.push(input)
    }
    if (coverage.hasNew()) corpus.push(...coverage.reachers(batch, attempt))
  }
  tell({ at: 'done', inputs, kept: corpus.length, reached: coverage.size })
}

function attempt(input: Uint8Array): Failure | undefined {
  shown.set(input)
  Atomics.store(header, 1, input.length)
  Atomics.add(header, 0, 1)
  const memory = memoryBytes()
  const start = performance.now()
  try {
    fuzz(input.slice())
  } catch (error) {
    return { why: error instanceof Error ? (error.stack ?? error.message) : String(error), isResource: false }
  } finally {
    Atomics.store(header, 1, -1)
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
