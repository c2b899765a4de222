import { Worker } from 'node:worker_threads'
import { type Failure, type FromWorker, INPUT_MS_MAX, type Setting, type ToWorker } from './protocol.ts'

type Answer = Exclude<FromWorker, { at: 'ready' }>

/** Heap of a worker, in MiB: an input that needs more has failed. */
const HEAP_MIB_MAX = 512
/** How often to look whether the worker still moves, in ms. */
const LOOK_MS = 100

/**
 * A worker thread that may hang, run out of memory or crash: that becomes an answer, and the next question goes to a
 * fresh thread. One question at a time.
 */
export class Watched {
  readonly #setting: Setting
  readonly #header: Int32Array
  #worker: Promise<Worker> | undefined

  /** @param file  the target's URL */
  constructor(file: string, bytesMax: number) {
    const shared = new SharedArrayBuffer(8 + bytesMax)
    this.#setting = { file, bytesMax, shared }
    this.#header = new Int32Array(shared, 0, 2)
  }

  async ask(question: ToWorker): Promise<Answer> {
    this.#worker ??= this.#start()
    const worker = await this.#worker
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        clearInterval(watch)
        worker.off('message', hear).off('error', stumble)
        resolve(answer)
      }
      const giveUp = (failure: Failure): void => {
        this.#worker = undefined
        settle({ at: 'failed', failure, input: this.#shown() })
        worker.on('error', () => {}) // What a dying thread still says is of no use.
        void worker.terminate()
      }
      const watch = this.#watch(() => {
        giveUp({ why: `It did not end within ${INPUT_MS_MAX} ms.`, isResource: true })
      })
      const hear = (message: FromWorker): void => {
        if (message.at !== 'ready') settle(message)
      }
      const stumble = (error: NodeJS.ErrnoException): void => {
        const isResource = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        const why = isResource
          ? `It needed more than ${HEAP_MIB_MAX} MiB of heap.`
          : (error.stack ?? error.message)
        giveUp({ why, isResource })
      }
      worker.on('message', hear).on('error', stumble)
      worker.postMessage(question)
    })
  }

  async end(): Promise<void> {
    await (await this.#worker)?.terminate()
  }

  #start(): Promise<Worker> {
    Atomics.store(this.#header, 1, -1)
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.node.ts', import.meta.url), {
        workerData: this.#setting,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
      })
      worker.once('error', reject)
      worker.once('message', () => {
        worker.off('error', reject)
        resolve(worker)
      })
    })
  }

  /** Calls `hangs` when one input has been tried for longer than it may. */
  #watch(hangs: () => void): NodeJS.Timeout {
    let begun = -1
    let since = 0
    return setInterval(() => {
      const count = Atomics.load(this.#header, 0)
      const isBetween = Atomics.load(this.#header, 1) < 0
      if (count !== begun || isBetween) {
        begun = count
        since = performance.now()
      } else if (performance.now() - since > INPUT_MS_MAX) {
        hangs()
      }
    }, LOOK_MS)
  }

  /** The input being tried. */
  #shown(): Uint8Array {
    const length = Math.max(0, Atomics.load(this.#header, 1))
    return new Uint8Array(this.#setting.shared, 8, length).slice()
  }
}
