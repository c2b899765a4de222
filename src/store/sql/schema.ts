import type { DumpTable } from '../backup/dump.ts'

/** The version of the tables that this program reads and writes: how many migrations there are. */
export const SCHEMA_VERSION = 3

/** How a database names the three kinds of column. Texts are ordered by their bytes. */
export interface ColumnKinds {
  readonly text: string
  readonly integer: string
  readonly bytes: string
  /** What stands behind a table's columns. */
  readonly suffix: string
}

/**
 * The migrations from each version to the next, oldest first. Never changed once released: files in the old form
 * are out there (`fixture/` has each version as it was). A database of version n needs those from n on.
 */
export const MIGRATIONS: readonly ((kind: ColumnKinds) => readonly string[])[] = [
  // 1: accounts, characters, items
  ({ text, integer, bytes, suffix }) => [
    `CREATE TABLE accounts (
      id ${text} PRIMARY KEY,
      name ${text} NOT NULL,
      name_key ${text} NOT NULL UNIQUE,
      password_hash ${text},
      role ${text} NOT NULL,
      ban_until ${integer},
      ban_reason ${text},
      ban_at ${integer},
      generation ${integer} NOT NULL,
      created_at ${integer} NOT NULL,
      last_login_at ${integer}
    )${suffix}`,
    `CREATE TABLE characters (
      id ${text} PRIMARY KEY,
      account_id ${text} NOT NULL REFERENCES accounts (id),
      name ${text} NOT NULL,
      name_key ${text} NOT NULL UNIQUE,
      map ${text} NOT NULL,
      position ${text} NOT NULL,
      state ${bytes} NOT NULL,
      created_at ${integer} NOT NULL,
      saved_at ${integer} NOT NULL,
      server ${text},
      epoch ${integer} NOT NULL
    )${suffix}`,
    'CREATE INDEX characters_by_account ON characters (account_id)',
    `CREATE TABLE items (
      id ${text} PRIMARY KEY,
      kind ${text} NOT NULL,
      quantity ${integer} NOT NULL CHECK (quantity > 0),
      data ${bytes} NOT NULL,
      holder ${text} NOT NULL
    )${suffix}`,
    'CREATE INDEX items_by_holder ON items (holder)',
    `CREATE TABLE operations (
      id ${text} PRIMARY KEY,
      fingerprint ${text} NOT NULL,
      refusal ${text},
      refused_change ${integer},
      at ${integer} NOT NULL
    )${suffix}`,
  ],
  // 2: keys, bans of addresses, and what is looked up by server and by time
  ({ text, integer, bytes, suffix }) => [
    `CREATE TABLE keys (
      id ${text} PRIMARY KEY,
      purpose ${text} NOT NULL,
      secret ${bytes} NOT NULL,
      created_at ${integer} NOT NULL,
      expires_at ${integer} NOT NULL
    )${suffix}`,
    `CREATE TABLE address_bans (
      address ${text} PRIMARY KEY,
      ban_until ${integer},
      ban_reason ${text} NOT NULL,
      ban_at ${integer} NOT NULL
    )${suffix}`,
    'CREATE INDEX characters_by_server ON characters (server) WHERE server IS NOT NULL',
    'CREATE INDEX operations_by_time ON operations (at)',
  ],
  // 3: districts, what stands in them, and how it came there: a world of several processes
  ({ text, integer, bytes, suffix }) => [
    `CREATE TABLE districts (
      id ${integer} PRIMARY KEY,
      epoch ${integer} NOT NULL,
      holder ${text} NOT NULL,
      last_epoch ${integer} NOT NULL,
      last_holder ${text} NOT NULL
    )${suffix}`,
    `CREATE TABLE entities (
      id ${integer} PRIMARY KEY,
      district ${integer} NOT NULL,
      hop ${integer} NOT NULL,
      state ${bytes} NOT NULL
    )${suffix}`,
    'CREATE INDEX entities_by_district ON entities (district)',
    `CREATE TABLE passes (
      entity ${integer} NOT NULL,
      hop ${integer} NOT NULL,
      from_district ${integer} NOT NULL,
      to_district ${integer} NOT NULL,
      epoch ${integer} NOT NULL,
      PRIMARY KEY (entity, hop)
    )${suffix}`,
    `CREATE TABLE counters (
      name ${text} PRIMARY KEY,
      value ${integer} NOT NULL
    )${suffix}`,
  ],
]

/** The columns of each table, the primary key first: what dumps carry. */
export const COLUMNS: {
  readonly [Table in DumpTable]: Readonly<Record<string, 'text' | 'integer' | 'bytes'>>
} = {
  accounts: {
    id: 'text',
    name: 'text',
    name_key: 'text',
    password_hash: 'text',
    role: 'text',
    ban_until: 'integer',
    ban_reason: 'text',
    ban_at: 'integer',
    generation: 'integer',
    created_at: 'integer',
    last_login_at: 'integer',
  },
  characters: {
    id: 'text',
    account_id: 'text',
    name: 'text',
    name_key: 'text',
    map: 'text',
    position: 'text',
    state: 'bytes',
    created_at: 'integer',
    saved_at: 'integer',
    server: 'text',
    epoch: 'integer',
  },
  items: { id: 'text', kind: 'text', quantity: 'integer', data: 'bytes', holder: 'text' },
  operations: { id: 'text', fingerprint: 'text', refusal: 'text', refused_change: 'integer', at: 'integer' },
  keys: { id: 'text', purpose: 'text', secret: 'bytes', created_at: 'integer', expires_at: 'integer' },
  address_bans: { address: 'text', ban_until: 'integer', ban_reason: 'text', ban_at: 'integer' },
}

/** Columns that may be null. */
export const NULLABLE: ReadonlySet<string> = new Set([
  'password_hash',
  'ban_until',
  'ban_reason',
  'ban_at',
  'last_login_at',
  'server',
  'refusal',
  'refused_change',
])
