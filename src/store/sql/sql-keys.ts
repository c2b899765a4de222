import { addressBanRow, keyRow, readAddressBan, readKey } from './row.ts'
import { firstRow, insertText, rowsOf, type SqlRequests } from './sql.ts'
import { LIST_MAX } from './sql-items.ts'

export const keyRequests: SqlRequests<'keys'> = {
  *'keys.add'(key) {
    const row = keyRow(key)
    const text = `${insertText('keys', Object.keys(row))} ON CONFLICT DO NOTHING RETURNING id`
    return (yield* firstRow(text, ...Object.values(row))) !== undefined
  },
  *'keys.list'(purpose) {
    return (yield* rowsOf('SELECT * FROM keys WHERE purpose = $1 ORDER BY created_at, id', purpose)).map(
      readKey,
    )
  },
  *'keys.remove'(id) {
    return (yield* firstRow('DELETE FROM keys WHERE id = $1 RETURNING id', id)) !== undefined
  },
}

export const addressBanRequests: SqlRequests<'addressBans'> = {
  *'addressBans.set'(ban) {
    const row = addressBanRow(ban)
    const replace =
      'ON CONFLICT (address) DO UPDATE SET ban_until = excluded.ban_until, ' +
      'ban_reason = excluded.ban_reason, ban_at = excluded.ban_at'
    yield* rowsOf(`${insertText('address_bans', Object.keys(row))} ${replace}`, ...Object.values(row))
  },
  *'addressBans.find'(address) {
    const row = yield* firstRow('SELECT * FROM address_bans WHERE address = $1', address)
    return row === undefined ? undefined : readAddressBan(row)
  },
  *'addressBans.list'() {
    return (yield* rowsOf(`SELECT * FROM address_bans ORDER BY address LIMIT ${LIST_MAX}`)).map(
      readAddressBan,
    )
  },
  *'addressBans.lift'(address) {
    const text = 'DELETE FROM address_bans WHERE address = $1 RETURNING address'
    return (yield* firstRow(text, address)) !== undefined
  },
}
