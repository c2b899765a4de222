import type { Value } from '../backup/dump.ts'
import type { Account, Ban, Role } from '../record/account.ts'
import type { AddressBan } from '../record/address-ban.ts'
import type { Character } from '../record/character.ts'
import type { Item, ItemRefusal, OperationResult } from '../record/item.ts'
import type { Key } from '../record/key.ts'
import { holderKey, readHolder } from './settle-items.ts'

/**
 * Records as rows of tables, the same in every database and in dumps: columns in snake case, undefined as null, a
 * ban as three columns, a position as JSON, a holder as one text.
 */
export type Row = Readonly<Record<string, Value>>

/** A character as its table has it: the epoch stays when the lease ends. */
export interface StoredCharacter extends Omit<Character, 'lease'> {
  readonly server: string | undefined
  readonly epoch: number
}

/** An operation that was done or refused. */
export interface KeptOperation {
  readonly id: string
  readonly fingerprint: string
  readonly result: Exclude<OperationResult, { is: 'mismatch' }>
  readonly at: number
}

const text = (value: Value): string => value as string
const number = (value: Value): number => value as number
const bytes = (value: Value): Uint8Array => value as Uint8Array
const orUndefined = <Kind extends Value>(value: Value): Kind | undefined =>
  (value ?? undefined) as Kind | undefined

export const accountRow = (account: Account) => ({
  id: account.id,
  name: account.name,
  name_key: account.nameKey,
  password_hash: account.passwordHash ?? null,
  role: account.role,
  ban_until: account.ban?.until ?? null,
  ban_reason: account.ban?.reason ?? null,
  ban_at: account.ban?.at ?? null,
  generation: account.generation,
  created_at: account.createdAt,
  last_login_at: account.lastLoginAt ?? null,
})

export const readAccount = (row: Row): Account => ({
  id: text(row.id),
  name: text(row.name),
  nameKey: text(row.name_key),
  passwordHash: orUndefined<string>(row.password_hash),
  role: text(row.role) as Role,
  ban: row.ban_at === null ? undefined : readBan(row),
  generation: number(row.generation),
  createdAt: number(row.created_at),
  lastLoginAt: orUndefined<number>(row.last_login_at),
})

export const characterRow = (character: StoredCharacter) => ({
  id: character.id,
  account_id: character.accountId,
  name: character.name,
  name_key: character.nameKey,
  map: character.map,
  position: JSON.stringify(character.position),
  state: character.state,
  created_at: character.createdAt,
  saved_at: character.savedAt,
  server: character.server ?? null,
  epoch: character.epoch,
})

export const readStoredCharacter = (row: Row): StoredCharacter => ({
  id: text(row.id),
  accountId: text(row.account_id),
  name: text(row.name),
  nameKey: text(row.name_key),
  map: text(row.map),
  position: JSON.parse(text(row.position)),
  state: bytes(row.state),
  createdAt: number(row.created_at),
  savedAt: number(row.saved_at),
  server: orUndefined<string>(row.server),
  epoch: number(row.epoch),
})

/** Returns a character as the contract has it: with its lease. */
export function toldCharacter({ server, epoch, ...character }: StoredCharacter): Character {
  return { ...character, lease: server === undefined ? undefined : { server, epoch } }
}

export const itemRow = ({ id, kind, quantity, data, holder }: Item) => ({
  id,
  kind,
  quantity,
  data,
  holder: holderKey(holder),
})

export const readItem = (row: Row): Item => ({
  id: text(row.id),
  kind: text(row.kind),
  quantity: number(row.quantity),
  data: bytes(row.data),
  holder: readHolder(text(row.holder)),
})

export const operationRow = ({ id, fingerprint, result, at }: KeptOperation) => ({
  id,
  fingerprint,
  refusal: result.is === 'refused' ? result.why : null,
  refused_change: result.is === 'refused' ? result.change : null,
  at,
})

export const readOperation = (row: Row): KeptOperation => ({
  id: text(row.id),
  fingerprint: text(row.fingerprint),
  result:
    row.refusal === null
      ? { is: 'done' }
      : { is: 'refused', why: text(row.refusal) as ItemRefusal, change: number(row.refused_change) },
  at: number(row.at),
})

export const keyRow = ({ id, purpose, secret, createdAt, expiresAt }: Key) => ({
  id,
  purpose,
  secret,
  created_at: createdAt,
  expires_at: expiresAt,
})

export const readKey = (row: Row): Key => ({
  id: text(row.id),
  purpose: text(row.purpose),
  secret: bytes(row.secret),
  createdAt: number(row.created_at),
  expiresAt: number(row.expires_at),
})

export const addressBanRow = ({ address, until, reason, at }: AddressBan) => ({
  address,
  ban_until: until ?? null,
  ban_reason: reason,
  ban_at: at,
})

export const readAddressBan = (row: Row): AddressBan => ({ address: text(row.address), ...readBan(row) })

const readBan = (row: Row): Ban => ({
  until: orUndefined<number>(row.ban_until),
  reason: text(row.ban_reason),
  at: number(row.ban_at),
})
