import { createMemoryStore } from './memory/memory.ts'
import { openPostgresStore } from './postgres/postgres.node.ts'
import { openSqliteStore } from './sqlite/sqlite.node.ts'
import type { Store } from './store.ts'

/**
 * Opens the store that a text names, as in configurations and on command lines:
 *
 *     "memory:"                           forgets everything with its process
 *     "postgres://user:password@host/db"  tables in the schema "shardless", or in that of "?schema=NAME"
 *     anything else                       a SQLite file, made where there is none
 *
 * @throws OutsideError where it cannot be opened
 */
export async function openStore(where: string): Promise<Store> {
  if (where === 'memory:') return createMemoryStore()
  if (!/^postgres(ql)?:\/\//.test(where)) return openSqliteStore(where)
  const [address, query = ''] = where.split('?')
  const parameters = new URLSearchParams(query)
  const schema = parameters.get('schema') ?? undefined
  parameters.delete('schema')
  return openPostgresStore(parameters.size > 0 ? `${address}?${parameters}` : address, { schema })
}
