/**
 * The thread that a SQLite store runs in. SQLite answers synchronously, and a commit waits for the disk; here
 * nobody else waits with it.
 *
 *     orders arrive --> line --> one transaction for all that stand in it --> disk --> answers
 *
 * While one transaction is on its way to the disk the next orders line up, so the busier it is the more of them share a
 * commit.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { OutsideError } from '../../core/index.ts'
import { begin } from '../sql/sql-requests.ts'
import { SqliteFile, type SqliteSession } from './sqlite-file.node.ts'
import type { SqliteAnswer, SqliteOrder } from './sqlite-message.ts'

type Request = Extract<SqliteOrder, { do: 'request' }>
type Order = Exclude<SqliteOrder, Request>

/** The most requests that share a commit. */
const GROUP_MAX = 1000

const port = parentPort!
const line: Request[] = []
const sessions = new Map<number, SqliteSession>()
/** The session that writes alone; requests and other such sessions wait until it ends. */
let exclusive: number | undefined
const waitingForExclusive: Order[] = []
let isWoken = false

const file = openFile()

port.on('message', (order: SqliteOrder) => {
  if (order.do === 'request') line.push(order)
  else if (order.do === 'begin' && order.kind === 'exclusive' && exclusive !== undefined)
    waitingForExclusive.push(order)
  else port.postMessage([answer(order.number, () => obey(order))])
  if (order.do === 'close') port.close()
  while (exclusive === undefined && waitingForExclusive.length > 0) {
    const next = waitingForExclusive.shift()!
    port.postMessage([answer(next.number, () => obey(next))])
  }
  wake()
})

/** Commits once everything that has arrived stands in line. */
function wake(): void {
  if (isWoken || exclusive !== undefined || line.length === 0) return
  isWoken = true
  setImmediate(() => {
    isWoken = false
    if (exclusive === undefined) port.postMessage(commit(line.splice(0, GROUP_MAX)))
    wake()
  })
}

/** Commits all of them in one transaction; if that fails, each in its own, so that none suffers for another. */
function commit(group: readonly Request[]): SqliteAnswer[] {
  try {
    const values = file.inTransaction(() =>
      group.map(({ name, input }) => file.drive(begin(name, input as never))),
    )
    return group.map(({ number }, at) => ({ number, isDone: true, value: values[at] }))
  } catch (error) {
    if (group.length === 1) return [failed(group[0].number, error)]
    return group.flatMap((request) => commit([request]))
  }
}

function obey(order: Order): unknown {
  switch (order.do) {
    case 'begin': {
      sessions.set(order.number, file.openSession(order.kind))
      if (order.kind === 'exclusive') exclusive = order.number
      return order.number
    }
    case 'query':
      return sessions.get(order.session)?.query(order.statements)
    case 'end': {
      const session = sessions.get(order.session)
      sessions.delete(order.session)
      if (exclusive === order.session) exclusive = undefined
      session?.end(order.isKept)
      return undefined
    }
    case 'close': {
      for (const session of sessions.values()) session.end(false)
      exclusive = undefined
      const refusal = new OutsideError('The store was closed.')
      for (const { number } of waitingForExclusive.splice(0)) port.postMessage([failed(number, refusal)])
      while (line.length > 0) port.postMessage(commit(line.splice(0, GROUP_MAX)))
      file.close()
      return undefined
    }
  }
}

function answer(number: number, work: () => unknown): SqliteAnswer {
  try {
    return { number, isDone: true, value: work() }
  } catch (error) {
    return failed(number, error)
  }
}

function failed(number: number, error: unknown): SqliteAnswer {
  const isOutside = error instanceof OutsideError
  const trouble =
    isOutside || !(error instanceof Error) ? String((error as Error)?.message ?? error) : `${error.stack}`
  return { number, isDone: false, isOutside, trouble }
}

/** Opens the file and reports the outcome as the answer to order 0; without a file the thread ends. */
function openFile(): SqliteFile {
  try {
    const opened = new SqliteFile((workerData as { path: string }).path)
    port.postMessage([{ number: 0, isDone: true, value: undefined } satisfies SqliteAnswer])
    return opened
  } catch (error) {
    port.postMessage([failed(0, error)])
    port.close()
    throw error
  }
}
