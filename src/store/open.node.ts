import { OutsideError } from '../core/index.ts'
import { createMemoryStore } from './memory/memory.ts'
import type { PostgresStoreOptions } from './postgres/postgres.node.ts'
import { openSqliteStore } from './sqlite/sqlite.node.ts'
import type { Store } from './store.ts'

/**
 * Opens the store that a text names, as in configurations and on command lines:
 *
 *     "memory:"                           forgets everything with its process
 *     "postgres://user:password@host/db"  tables in the schema "shardless", or in that of "?schema=NAME"
 *     anything else                       a SQLite file, made where there is none
 *
 * @throws OutsideError where it cannot be opened, or begins with the name of another scheme: a slip of the pen would
 *         otherwise be a new file, and the world an empty one
 */
export async function openStore(where: string): Promise<Store> {
  if (where === 'memory:') return createMemoryStore()
  if (!/^postgres(ql)?:\/\//.test(where)) {
    // One letter is a disk of Windows.
    const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(where)?.[1]
    if (scheme === undefined) return openSqliteStore(where)
    throw new OutsideError(
      `A store cannot begin with "${scheme}:". Write the path of a SQLite file, postgres://user:password@host/database, or memory:.`,
    )
  }
  const [address, query = ''] = where.split('?')
  const parameters = new URLSearchParams(query)
  const schema = parameters.get('schema') ?? undefined
  parameters.delete('schema')
  return openPostgresStore(parameters.size > 0 ? `${address}?${parameters}` : address, { schema })
}

/**
 * Opens the store in a PostgreSQL database, 13 or newer. Its tables are made, or brought to the newest schema, in a
 * schema of their own. Several servers may share one database. A commit waits for the disk, as `synchronous_commit
 * = on` has it; what the database's operator sets `fsync` to is his to answer for.
 *
 * @param url  "postgres://user:password@host:5432/database"
 * @throws OutsideError where the database cannot be reached or is newer than this program
 */
export async function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<Store> {
  // Its driver is loaded by those alone who have such a database.
  const { openPostgres } = await import('./postgres/postgres.node.ts')
  return openPostgres(url, options)
}
