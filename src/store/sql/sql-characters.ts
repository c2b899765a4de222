import type { Value } from '../backup/dump.ts'
import type { Character, Checkpoint, Displaced } from '../record/character.ts'
import { characterRow, type Row, readStoredCharacter, type StoredCharacter, toldCharacter } from './row.ts'
import { holderKey } from './settle-items.ts'
import { firstRow, forEach, insertText, rowsOf, type SqlRequests, type Transaction } from './sql.ts'

export const characterRequests: SqlRequests<'characters'> = {
  *'characters.create'({ id, accountId, name, nameKey, map, position, state, at, perAccountMax }) {
    // The account's row is locked first, so that two at once are counted one after the other.
    const account = yield* firstRow('SELECT id FROM accounts WHERE id = $1 FOR UPDATE', accountId)
    const known = yield* firstRow('SELECT * FROM characters WHERE name_key = $1', nameKey)
    if (known !== undefined) {
      if (known.id !== id || known.account_id !== accountId) return { is: 'taken', what: 'name' }
      return { is: 'created', character: told(known) }
    }
    if ((yield* firstRow('SELECT id FROM characters WHERE id = $1', id)) !== undefined) {
      return { is: 'taken', what: 'id' }
    }
    if (account === undefined) return { is: 'no-account' }
    const counted = yield* firstRow(
      'SELECT count(*) AS count FROM characters WHERE account_id = $1',
      accountId,
    )
    if ((counted!.count as number) >= perAccountMax) return { is: 'full' }
    const character: StoredCharacter = {
      id,
      accountId,
      name,
      nameKey,
      map,
      position,
      state,
      createdAt: at,
      savedAt: at,
      server: undefined,
      epoch: 0,
    }
    const row = characterRow(character)
    yield* rowsOf(insertText('characters', Object.keys(row)), ...Object.values(row))
    return { is: 'created', character: toldCharacter(character) }
  },
  *'characters.find'(id) {
    return toldIfAny(yield* firstRow('SELECT * FROM characters WHERE id = $1', id))
  },
  *'characters.findByKey'(nameKey) {
    return toldIfAny(yield* firstRow('SELECT * FROM characters WHERE name_key = $1', nameKey))
  },
  *'characters.list'(accountId) {
    const text = 'SELECT * FROM characters WHERE account_id = $1 ORDER BY created_at, id'
    return (yield* rowsOf(text, accountId)).map(told)
  },
  *'characters.delete'(id) {
    if ((yield* firstRow('SELECT id FROM characters WHERE id = $1 FOR UPDATE', id)) === undefined)
      return false
    yield* deleteCharacters([id])
    return true
  },
  *'characters.enter'({ id, server, onlyIfFree = false, besideOthers = false }) {
    const owner = yield* firstRow('SELECT account_id FROM characters WHERE id = $1', id)
    if (owner === undefined) return { is: 'unknown' }
    yield* rowsOf('SELECT id FROM accounts WHERE id = $1 FOR UPDATE', owner.account_id)
    const family = (yield* rowsOf(
      'SELECT * FROM characters WHERE account_id = $1 ORDER BY id FOR UPDATE',
      owner.account_id,
    )).map(readStoredCharacter)
    const character = family.find((one) => one.id === id)
    if (character === undefined) return { is: 'unknown' }
    const displaced: Displaced[] = (besideOthers ? [character] : family)
      .filter((rival) => rival.server !== undefined)
      .map((rival) => ({ character: rival.id, server: rival.server!, epoch: rival.epoch }))
    if (onlyIfFree && displaced.length > 0) return { is: 'held', by: displaced[0] }
    yield* forEach(
      'UPDATE characters SET server = NULL WHERE id = $1',
      displaced.map((lease) => [lease.character]),
    )
    const entered = yield* firstRow(
      'UPDATE characters SET server = $2, epoch = epoch + 1 WHERE id = $1 RETURNING *',
      id,
      server,
    )
    return { is: 'entered', character: told(entered!), displaced }
  },
  *'characters.checkpoint'(checkpoints) {
    const isSaved = yield* saveEach(checkpoints)
    return { stale: checkpoints.filter((_, at) => !isSaved[at]).map(({ id }) => id) }
  },
  *'characters.leave'(checkpoint) {
    const [isSaved] = yield* saveEach([checkpoint])
    if (isSaved) yield* rowsOf('UPDATE characters SET server = NULL WHERE id = $1', checkpoint.id)
    return isSaved
  },
  *'characters.release'({ id, epoch }) {
    const text =
      'UPDATE characters SET server = NULL WHERE id = $1 AND epoch = $2 AND server IS NOT NULL RETURNING id'
    return (yield* firstRow(text, id, epoch)) !== undefined
  },
  *'characters.releaseServer'(server) {
    // Rows are always locked lowest id first, so that no two transactions wait for each other.
    const held = yield* rowsOf('SELECT id FROM characters WHERE server = $1 ORDER BY id FOR UPDATE', server)
    yield* forEach(
      'UPDATE characters SET server = NULL WHERE id = $1',
      held.map((row) => [row.id]),
    )
    return held.length
  },
  *'characters.heldBy'(server) {
    return (yield* rowsOf('SELECT * FROM characters WHERE server = $1 ORDER BY id', server)).map(told)
  },
}

/** Deletes characters, which are locked, and their items. */
export function* deleteCharacters(ids: readonly string[]): Transaction<void> {
  yield* forEach(
    'DELETE FROM items WHERE holder = $1',
    ids.map((character) => [holderKey({ character })]),
  )
  yield* forEach(
    'DELETE FROM characters WHERE id = $1',
    ids.map((id) => [id]),
  )
}

export const SAVE_TEXT =
  'UPDATE characters SET map = $3, position = $4, state = $5, saved_at = $6 ' +
  'WHERE id = $1 AND epoch = $2 AND server IS NOT NULL RETURNING id'

/** Saves each character whose epoch is its lease's. @returns for each checkpoint whether it was saved */
export function* saveEach(checkpoints: readonly Checkpoint[]): Transaction<boolean[]> {
  const order = checkpoints
    .map((_, at) => at)
    .sort((a, b) => (checkpoints[a].id < checkpoints[b].id ? -1 : 1))
  const sets = order.map((at): Value[] => {
    const { id, epoch, map, position, state, at: savedAt } = checkpoints[at]
    return [id, epoch, map, JSON.stringify(position), state, savedAt]
  })
  const rows = yield* forEach(SAVE_TEXT, sets)
  const isSaved = new Array<boolean>(checkpoints.length)
  for (let place = 0; place < order.length; place++) isSaved[order[place]] = rows[place].length > 0
  return isSaved
}

function told(row: Row): Character {
  return toldCharacter(readStoredCharacter(row))
}

function toldIfAny(row: Row | undefined): Character | undefined {
  return row === undefined ? undefined : told(row)
}
