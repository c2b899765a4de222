/**
 * store on Node: the stores that last, and backups.
 */

export { openPostgresStore, type PostgresStoreOptions } from './postgres.node.ts'
export { openSqliteStore, type SqliteStoreOptions } from './sqlite.node.ts'
