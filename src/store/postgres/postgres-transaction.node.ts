import { OutsideError } from '../../core/index.ts'
import type { Row } from '../sql/row.ts'

/** A statement as `pg` takes it. */
export interface PostgresQuery {
  readonly text: string
  readonly values?: readonly unknown[]
  /** The name under which each connection prepares it once. */
  readonly name?: string
}

/** What this room needs of one connection of a pool. */
export interface PostgresConnection {
  /** `command` is the first word of the server's answer: "SELECT", "COMMIT". */
  query(query: PostgresQuery): Promise<{ readonly rows: readonly unknown[]; readonly command: string }>
  /** @param isBroken  whether to throw the connection away rather than use it again */
  release(isBroken?: boolean): void
}

export const plainQuery = (text: string): PostgresQuery => ({ text })

/**
 * Works between BEGIN and COMMIT. When this resolves, what was written is on disk; when it rejects, nothing of it
 * is there, unless the connection was lost during the commit.
 */
export async function inTransaction<Answer>(
  connection: PostgresConnection,
  work: () => Promise<Answer>,
): Promise<Answer> {
  await query(connection, [plainQuery('BEGIN')])
  let answer: Answer
  try {
    answer = await work()
  } catch (error) {
    // On a connection that was lost this fails too, and there is nothing left to take back.
    await rollBack(connection).catch(() => {})
    throw error
  }
  await commit(connection)
  return answer
}

/**
 * Ends a transaction and checks the answer: if a statement was refused and nobody noticed, the server rolls
 * everything back, and answers ROLLBACK to COMMIT without an error.
 *
 * Source: PostgreSQL documentation, "Frontend/Backend Protocol", CommandComplete; and "COMMIT".
 */
export async function commit(connection: PostgresConnection): Promise<void> {
  const { command } = await connection.query(plainQuery('COMMIT'))
  if (command === 'COMMIT') return
  throw new OutsideError(
    `The database took back what it was told to keep (it answered COMMIT with ${command}): a statement before had failed.`,
  )
}

export async function rollBack(connection: PostgresConnection): Promise<void> {
  await connection.query(plainQuery('ROLLBACK'))
}

/** Works with a connection and gives it back; a lost one is not used again. */
export async function releasing<Answer>(
  connection: PostgresConnection,
  work: () => Promise<Answer>,
): Promise<Answer> {
  let isBroken = true
  try {
    const answer = await work()
    isBroken = false
    return answer
  } catch (error) {
    isBroken = !isOfServer(error)
    throw error
  } finally {
    connection.release(isBroken)
  }
}

/** Waits for every answer, so that nothing is under way when the first error is thrown. */
export async function query(
  connection: PostgresConnection,
  queries: readonly PostgresQuery[],
): Promise<readonly (readonly Row[])[]> {
  const results = await Promise.allSettled(queries.map((one) => connection.query(one)))
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value.rows as readonly Row[]
  })
}

/**
 * Returns whether the server refused a statement, rather than the connection failed: its errors have a severity.
 */
function isOfServer(error: unknown): boolean {
  return error instanceof OutsideError || (error as { severity?: string }).severity === 'ERROR'
}
