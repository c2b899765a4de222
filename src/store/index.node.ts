/**
 * store on Node: the stores that last, and backups.
 */

export { type Backup, backupStore, restoreStore } from './backup/backup.node.ts'
export { Checkpointing, type CheckpointingOptions } from './checkpoint/checkpointing.node.ts'
export { openPostgresStore, openStore } from './open.node.ts'
export type { PostgresStoreOptions } from './postgres/postgres.node.ts'
export { openSqliteStore, type SqliteStoreOptions } from './sqlite/sqlite.node.ts'
