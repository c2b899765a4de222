import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { OutsideError } from '../../core/index.ts'
import type { DumpRow } from '../backup/dump.ts'
import type { AnswerOf, InputOf, RequestName } from '../record/request.ts'
import type { Row } from '../sql/row.ts'
import { SCHEMA_VERSION } from '../sql/schema.ts'
import { createStore, type Engine } from '../sql/shelves.ts'
import { type DumpSession, dumpSession, restoreSession } from '../sql/sql-dump.ts'
import type { Health, Store } from '../store.ts'
import type { SqliteAnswer, SqliteOrder } from './sqlite-message.ts'

export interface SqliteStoreOptions {
  /** The most requests that may wait; further ones are refused. Default 10,000. */
  readonly waitingMax?: number
}

/**
 * Opens the store in one SQLite file, which is made, with mode 600, where there is none, and brought to the newest
 * schema where it is older. It runs in a thread of its own. A process may open one file several times, and several
 * processes on one machine may share a file; not over a network file system.
 *
 * @throws OutsideError where the file cannot be opened, is another program's, is broken, or is newer than this program
 */
export async function openSqliteStore(path: string, options: SqliteStoreOptions = {}): Promise<Store> {
  const engine = new SqliteEngine(resolve(path), options)
  await engine.opened
  return createStore(engine)
}

/** An order without its number. */
type Unnumbered = SqliteOrder extends infer Order
  ? Order extends SqliteOrder
    ? Omit<Order, 'number'>
    : never
  : never

interface Asker {
  resolve(value: unknown): void
  reject(error: Error): void
}

class SqliteEngine implements Engine {
  readonly opened: Promise<unknown>
  readonly #worker: Worker
  readonly #ended: Promise<void>
  readonly #waitingMax: number
  readonly #askers = new Map<number, Asker>()
  #next = 0
  #trouble = ''

  constructor(path: string, { waitingMax = 10_000 }: SqliteStoreOptions) {
    this.#waitingMax = waitingMax
    // The file beside this one, in the sources as in dist/.
    const name = import.meta.url.endsWith('.ts') ? './sqlite-worker.node.ts' : './sqlite-worker.node.js'
    this.#worker = new Worker(new URL(name, import.meta.url), { workerData: { path } })
    this.opened = this.#expect()
    this.#worker.on('message', (answers: SqliteAnswer[]) => {
      for (const answer of answers) this.#settle(answer)
    })
    this.#worker.on('error', (error) => this.#fail(`The thread of the store at ${path} ended (${error}).`))
    this.#ended = new Promise((done) => {
      this.#worker.once('exit', () => {
        this.#fail(`The thread of the store at ${path} has ended.`)
        done()
      })
    })
  }

  async ask<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> {
    if (this.#askers.size >= this.#waitingMax) {
      throw new OutsideError(
        `${this.#waitingMax} requests wait for the store already; this one was not done. Is the disk too slow?`,
      )
    }
    return (await this.#order({ do: 'request', name, input })) as AnswerOf<Name>
  }

  async health(): Promise<Health> {
    const waiting = { waiting: this.#askers.size, waitingMax: this.#waitingMax }
    const is = { engine: 'sqlite', schema: SCHEMA_VERSION, ...waiting } as const
    try {
      if (this.#trouble === '')
        await this.#order({ do: 'request', name: 'addressBans.find', input: 'health' })
      return { isWell: this.#trouble === '', trouble: this.#trouble, ...is }
    } catch (error) {
      return { isWell: false, trouble: (error as Error).message, ...is }
    }
  }

  async *dump(): AsyncIterable<readonly DumpRow[]> {
    yield* dumpSession(await this.#begin('snapshot'))
  }

  async restore(rows: AsyncIterable<readonly DumpRow[]>): Promise<void> {
    await restoreSession(await this.#begin('exclusive'), rows)
  }

  async close(): Promise<void> {
    if (this.#trouble === '') await this.#order({ do: 'close' })
    this.#worker.ref()
    await this.#ended
  }

  async #begin(kind: 'snapshot' | 'exclusive'): Promise<DumpSession> {
    const session = (await this.#order({ do: 'begin', kind })) as number
    return {
      query: async (statements) =>
        (await this.#order({ do: 'query', session, statements })) as readonly (readonly Row[])[],
      end: async (isKept) => {
        await this.#order({ do: 'end', session, isKept })
      },
    }
  }

  #order(order: Unnumbered): Promise<unknown> {
    if (this.#trouble !== '') return Promise.reject(new OutsideError(this.#trouble))
    const number = this.#next
    const answer = this.#expect()
    this.#worker.postMessage({ ...order, number })
    return answer
  }

  /** Returns a promise for the answer with the next number. While one is awaited the process stays. */
  #expect(): Promise<unknown> {
    if (this.#askers.size === 0) this.#worker.ref()
    return new Promise((resolve, reject) => this.#askers.set(this.#next++, { resolve, reject }))
  }

  #settle(answer: SqliteAnswer): void {
    const asker = this.#askers.get(answer.number)
    this.#askers.delete(answer.number)
    if (this.#askers.size === 0) this.#worker.unref()
    if (answer.isDone) asker?.resolve(answer.value)
    else asker?.reject(answer.isOutside ? new OutsideError(answer.trouble) : new Error(answer.trouble))
  }

  #fail(trouble: string): void {
    if (this.#trouble !== '') return
    this.#trouble = trouble
    for (const asker of this.#askers.values())
      asker.reject(new OutsideError(`${trouble} Start the server again.`))
    this.#askers.clear()
  }
}
