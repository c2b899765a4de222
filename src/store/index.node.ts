/**
 * store on Node: the stores that last, and backups.
 */

export { type Backup, backupStore, restoreStore } from './backup/backup.node.ts'
export { Checkpointing, type CheckpointingOptions } from './checkpoint/checkpointing.node.ts'
export { openStore } from './open.node.ts'
export { openPostgresStore, type PostgresStoreOptions } from './postgres/postgres.node.ts'
export { openSqliteStore, type SqliteStoreOptions } from './sqlite/sqlite.node.ts'
