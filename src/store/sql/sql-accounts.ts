import type { Value } from '../backup/dump.ts'
import type { Account } from '../record/account.ts'
import { accountRow, readAccount } from './row.ts'
import { firstRow, insertText, rowsOf, type SqlRequests, type Transaction } from './sql.ts'
import { deleteCharacters } from './sql-characters.ts'

export const accountRequests: SqlRequests<'accounts'> = {
  *'accounts.create'({ id, name, nameKey, passwordHash, role, at }) {
    const fresh = { ban: undefined, generation: 1, createdAt: at, lastLoginAt: undefined }
    const account: Account = { id, name, nameKey, passwordHash, role, ...fresh }
    const row = accountRow(account)
    const text = `${insertText('accounts', Object.keys(row))} ON CONFLICT DO NOTHING RETURNING id`
    if ((yield* firstRow(text, ...Object.values(row))) !== undefined) return { is: 'created', account }
    const known = yield* firstRow('SELECT * FROM accounts WHERE name_key = $1', nameKey)
    if (known === undefined) return { is: 'taken', what: 'id' }
    return known.id === id ? { is: 'created', account: readAccount(known) } : { is: 'taken', what: 'name' }
  },
  *'accounts.find'(id) {
    return account(yield* firstRow('SELECT * FROM accounts WHERE id = $1', id))
  },
  *'accounts.findByKey'(nameKey) {
    return account(yield* firstRow('SELECT * FROM accounts WHERE name_key = $1', nameKey))
  },
  *'accounts.list'({ limit, after, prefix = '', role, bannedAt }) {
    const where = ['name_key > $1', 'name_key >= $2', 'name_key < $3']
    const values: Value[] = [after ?? '', prefix, `${prefix}\u{10ffff}`]
    if (role !== undefined) where.push(`role = $${values.push(role)}`)
    if (bannedAt !== undefined) {
      where.push(`ban_at IS NOT NULL AND (ban_until IS NULL OR ban_until > $${values.push(bannedAt)})`)
    }
    const most = `$${values.push(limit + 1)}`
    const text = `SELECT * FROM accounts WHERE ${where.join(' AND ')} ORDER BY name_key LIMIT ${most}`
    const found = (yield* rowsOf(text, ...values)).map(readAccount)
    const accounts = found.slice(0, limit)
    return { accounts, next: found.length > limit ? accounts[limit - 1].nameKey : undefined }
  },
  *'accounts.count'() {
    return (yield* firstRow('SELECT count(*) AS count FROM accounts'))!.count as number
  },
  *'accounts.rename'({ id, name, nameKey }) {
    const known = yield* firstRow('SELECT id FROM accounts WHERE id = $1 FOR UPDATE', id)
    if (known === undefined) return undefined
    const other = yield* firstRow('SELECT id FROM accounts WHERE name_key = $1 AND id <> $2', nameKey, id)
    return other !== undefined ? 'taken' : yield* change('name = $2, name_key = $3', id, name, nameKey)
  },
  *'accounts.setPassword'({ id, passwordHash }) {
    return yield* change('password_hash = $2, generation = generation + 1', id, passwordHash ?? null)
  },
  *'accounts.setRole'({ id, role }) {
    return yield* change('role = $2', id, role)
  },
  *'accounts.ban'({ id, ban: { until, reason, at } }) {
    const set = 'ban_until = $2, ban_reason = $3, ban_at = $4, generation = generation + 1'
    return yield* change(set, id, until ?? null, reason, at)
  },
  *'accounts.unban'(id) {
    return yield* change('ban_until = NULL, ban_reason = NULL, ban_at = NULL', id)
  },
  *'accounts.revoke'(id) {
    return yield* change('generation = generation + 1', id)
  },
  *'accounts.recordLogin'({ id, at }) {
    return yield* change('last_login_at = $2', id, at)
  },
  *'accounts.delete'(id) {
    if ((yield* firstRow('SELECT id FROM accounts WHERE id = $1 FOR UPDATE', id)) === undefined) return false
    const characters = yield* rowsOf(
      'SELECT id FROM characters WHERE account_id = $1 ORDER BY id FOR UPDATE',
      id,
    )
    yield* deleteCharacters(characters.map((row) => row.id as string))
    yield* rowsOf('DELETE FROM accounts WHERE id = $1', id)
    return true
  },
}

/** Sets columns of one account. */
function* change(set: string, id: string, ...values: Value[]): Transaction<Account | undefined> {
  return account(yield* firstRow(`UPDATE accounts SET ${set} WHERE id = $1 RETURNING *`, id, ...values))
}

function account(row: Readonly<Record<string, Value>> | undefined): Account | undefined {
  return row === undefined ? undefined : readAccount(row)
}
