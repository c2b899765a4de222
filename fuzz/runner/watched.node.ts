import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Failure,
  type FromWorker,
  INPUT_MS_MAX,
  NOTE_HEAD,
  type Setting,
  type ToWorker,
} from './protocol.ts'

type Answer = Exclude<FromWorker, { at: 'ready' }>

/** The heap of a worker, in MiB: an input that needs more has failed. */
const HEAP_MIB_MAX = 512
/** How often to check that the worker still moves, in ms. */
const LOOK_MS = 100
/** How much of what a dying worker says is kept, in characters. */
const LAST_WORDS_MAX = 4000

/**
 * Runs a worker process that may hang, run out of memory or crash: that becomes an answer, and the next question
 * goes to a fresh one. One question at a time.
 */
export class Watched {
  readonly #folder = mkdtempSync(join(tmpdir(), 'shardless-fuzz-'))
  readonly #setting: Setting
  #worker: Promise<ChildProcess> | undefined
  #lastWords = ''

  /** @param file  the target's URL */
  constructor(file: string, bytesMax: number) {
    this.#setting = { file, bytesMax, note: join(this.#folder, 'note') }
  }

  /** @throws an Error with what the target said when it cannot even be loaded */
  async ask(question: ToWorker): Promise<Answer> {
    this.#worker ??= this.#start()
    const worker = await this.#worker
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        clearInterval(watch)
        worker.off('message', hear).off('close', die)
        resolve(answer)
      }
      const giveUp = (failure: Failure): void => {
        this.#worker = undefined
        settle({ at: 'failed', failure, input: this.#note().input })
        worker.kill('SIGKILL')
      }
      const hear = (message: FromWorker): void => {
        if (message.at !== 'ready') settle(message)
      }
      const die = (): void => {
        const isMemory = this.#lastWords.includes('heap out of memory')
        const why = isMemory ? `It needed more than ${HEAP_MIB_MAX} MiB of heap.` : this.#lastWords
        giveUp({ why, isResource: isMemory })
      }
      const watch = this.#watch(() => {
        giveUp({ why: `It did not end within ${INPUT_MS_MAX} ms.`, isResource: true })
      })
      worker.on('message', hear).on('close', die)
      worker.send(question)
    })
  }

  async end(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined)
    worker?.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #start(): Promise<ChildProcess> {
    this.#lastWords = ''
    return new Promise((resolve, reject) => {
      const file = fileURLToPath(new URL('./worker.node.ts', import.meta.url))
      const worker = fork(file, [JSON.stringify(this.#setting)], {
        execArgv: [
          '-C',
          'shardless-source',
          '--disable-warning=ExperimentalWarning',
          `--max-old-space-size=${HEAP_MIB_MAX}`,
        ],
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      })
      worker.stderr?.on('data', (chunk) => {
        this.#lastWords = (this.#lastWords + chunk).slice(-LAST_WORDS_MAX)
      })
      const fail = (): void => reject(new Error(this.#lastWords.trim()))
      worker.once('close', fail)
      worker.once('message', () => {
        worker.off('close', fail)
        resolve(worker)
      })
    })
  }

  /** Calls `hangs` when one input has been tried for longer than it may. */
  #watch(hangs: () => void): NodeJS.Timeout {
    let seen = this.#note().begun
    let since = Number.POSITIVE_INFINITY
    return setInterval(() => {
      const { begun } = this.#note()
      if (begun !== seen) {
        seen = begun
        since = performance.now()
      } else if (performance.now() - since > INPUT_MS_MAX) {
        hangs()
      }
    }, LOOK_MS)
  }

  /** Reads what the worker noted last. */
  #note(): { begun: number; input: Uint8Array } {
    const note = readFileSync(this.#setting.note)
    if (note.length < NOTE_HEAD) return { begun: 0, input: new Uint8Array(0) }
    return {
      begun: note.readUInt32LE(0),
      input: new Uint8Array(note.subarray(NOTE_HEAD, NOTE_HEAD + note.readUInt32LE(4))),
    }
  }
}
