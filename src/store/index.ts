/**
 * store: what survives the servers. Accounts, characters, items, keys and bans, behind one contract that memory,
 * SQLite and PostgreSQL keep alike. Not for deciding who may do what, hashing passwords or signing tokens: it keeps
 * what it is given and says who else has it.
 *
 *     caller --request--> bounds (bounds.ts) --> engine: one transaction --> answer, once it is on disk
 *
 *     this door            the contract, memory: pure
 *     index.node.ts        SQLite, PostgreSQL, backups
 */

export type { DumpRow, DumpTable, Value } from './backup/dump.ts'
export { BOUNDS } from './bounds.ts'
export {
  Checkpointer,
  type CheckpointerOptions,
  type CheckpointNews,
  type CheckpointWork,
} from './checkpoint/checkpointer.ts'
export { DistrictTable } from './memory/district-table.ts'
export { createMemoryStore, type MemoryStoreOptions } from './memory/memory.ts'
export { createMemoryDistricts } from './memory/memory-districts.ts'
export { storeMetrics } from './metrics.ts'
export {
  type Account,
  type AccountCreation,
  type AccountPage,
  type AccountQuery,
  type AccountShelf,
  type Ban,
  type NewAccount,
  ROLES,
  type Role,
} from './record/account.ts'
export type { AddressBans } from './record/address-ban.ts'
export type {
  Character,
  CharacterCreation,
  CharacterState,
  Characters,
  Checkpoint,
  Displaced,
  Entered,
  Entry,
  Lease,
  NewCharacter,
} from './record/character.ts'
export type {
  Claimed,
  DistrictSave,
  DistrictShelf,
  EntityFence,
  EntityRow,
  Fence,
  Pass,
  Passed,
} from './record/district.ts'
export type { EpochMs } from './record/epoch.ts'
export type {
  Holder,
  Item,
  ItemChange,
  ItemRefusal,
  Items,
  Operation,
  OperationResult,
} from './record/item.ts'
export type { Key, Keys } from './record/key.ts'
export type { Health, Store } from './store.ts'
export { unprinted } from './unprinted.ts'
