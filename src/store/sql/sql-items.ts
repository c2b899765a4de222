import { itemRow, operationRow, readItem, readOperation } from './row.ts'
import {
  fingerprintOf,
  holderKey,
  involvedCharacters,
  involvedItems,
  STALE,
  settleItems,
} from './settle-items.ts'
import { firstRow, insertText, rowsOf, type SqlRequests, type Statement } from './sql.ts'
import { saveEach } from './sql-characters.ts'
import { holdsEntities } from './sql-districts.ts'

const ITEM_COLUMNS = ['id', 'kind', 'quantity', 'data', 'holder']

/** The longest list. */
export const LIST_MAX = 100_000

export const itemRequests: SqlRequests<'items'> = {
  *'items.find'(id) {
    const row = yield* firstRow('SELECT * FROM items WHERE id = $1', id)
    return row === undefined ? undefined : readItem(row)
  },
  *'items.list'(holder) {
    const text = `SELECT * FROM items WHERE holder = $1 ORDER BY id LIMIT ${LIST_MAX}`
    return (yield* rowsOf(text, holderKey(holder))).map(readItem)
  },
  *'items.apply'(operation) {
    const { id, at, checkpoints = [] } = operation
    const fingerprint = fingerprintOf(operation)
    // The operation's own row comes first: who asks for the same at the same moment waits here and then finds it.
    const own = operationRow({ id, fingerprint, result: { is: 'done' }, at })
    const claim = `${insertText('operations', Object.keys(own))} ON CONFLICT DO NOTHING RETURNING id`
    if ((yield* firstRow(claim, ...Object.values(own))) === undefined) {
      const known = readOperation((yield* firstRow('SELECT * FROM operations WHERE id = $1', id))!)
      return known.fingerprint === fingerprint ? known.result : { is: 'mismatch' }
    }

    if (!(yield* holdsEntities(operation.fences ?? []))) {
      yield* rowsOf('DELETE FROM operations WHERE id = $1', id)
      return STALE
    }
    // Characters before items, and each lowest id first, so that no two transactions wait for each other.
    const characterIds = involvedCharacters(operation)
    const itemIds = involvedItems(operation)
    const found = yield [
      ...characterIds.map((character) => ({
        text: 'SELECT id, server, epoch FROM characters WHERE id = $1 FOR UPDATE',
        values: [character],
      })),
      ...itemIds.map((item) => ({ text: 'SELECT * FROM items WHERE id = $1 FOR UPDATE', values: [item] })),
    ]
    const characters = new Map(
      found
        .slice(0, characterIds.length)
        .flat()
        .map((row) => [row.id as string, { epoch: row.server === null ? undefined : (row.epoch as number) }]),
    )
    const items = new Map(
      found
        .slice(characterIds.length)
        .flat()
        .map((row) => [row.id as string, readItem(row)]),
    )

    const settlement = settleItems(operation, { items, characters })
    if (settlement.is === 'refused') {
      const text = 'UPDATE operations SET refusal = $2, refused_change = $3 WHERE id = $1'
      yield* rowsOf(text, id, settlement.why, settlement.change)
      return settlement
    }
    const writes: Statement[] = []
    for (const [itemId, item] of settlement.items) {
      if (item === undefined) {
        if (items.has(itemId)) writes.push({ text: 'DELETE FROM items WHERE id = $1', values: [itemId] })
        continue
      }
      const { kind, quantity, data, holder } = itemRow(item)
      const text = items.has(itemId)
        ? 'UPDATE items SET kind = $2, quantity = $3, data = $4, holder = $5 WHERE id = $1'
        : insertText('items', ITEM_COLUMNS)
      writes.push({ text, values: [itemId, kind, quantity, data, holder] })
    }
    if (writes.length > 0) yield writes
    yield* saveEach(checkpoints)
    return { is: 'done' }
  },
  *'items.census'() {
    // A sum of many stacks can pass what a 64-bit integer holds.
    const text = `SELECT kind, count(*) AS items,
      CAST(sum(CAST(quantity AS double precision)) AS double precision) AS quantity FROM items GROUP BY kind ORDER BY kind`
    return (yield* rowsOf(text)).map((row) => ({
      kind: row.kind as string,
      items: row.items as number,
      quantity: row.quantity as number,
    }))
  },
  *'items.forget'(before) {
    const counted = yield* firstRow('SELECT count(*) AS count FROM operations WHERE at < $1', before)
    yield* rowsOf('DELETE FROM operations WHERE at < $1', before)
    return counted!.count as number
  },
}
