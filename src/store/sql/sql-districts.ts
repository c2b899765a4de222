import type {
  Claimed,
  DistrictSave,
  EntityFence,
  EntityRow,
  Fence,
  Pass,
  Passed,
} from '../record/district.ts'
import { firstRow, forEach, rowsOf, type SqlRequests, type Statement, type Transaction } from './sql.ts'

/** How many passes of one entity are remembered, so that one asked for again is known. */
const PASSES_KEPT = 16

/** A district's epoch and holder, as they stand for the rest of the transaction. */
type Held = ReadonlyMap<number, { readonly epoch: number; readonly holder: string }>

export const districtRequests: SqlRequests<'districts'> = {
  *'districts.claim'(fence) {
    const held = (yield* lock([fence.district])).get(fence.district)!
    if (fence.epoch < held.epoch || (fence.epoch === held.epoch && fence.holder !== held.holder))
      return { is: 'stale', ...held }
    if (fence.epoch > held.epoch) yield* setHolder(fence)
    return yield* claimed(fence.district)
  },
  *'districts.rows'(fence) {
    const held = (yield* lock([fence.district])).get(fence.district)!
    return holds(held, fence) ? yield* claimed(fence.district) : { is: 'stale', ...held }
  },
  *'districts.save'(saves) {
    const held = yield* lock(saves.map(({ fence }) => fence.district))
    const answers = saves.map(({ fence }) => holds(held.get(fence.district)!, fence))
    for (let at = 0; at < saves.length; at++) if (answers[at]) yield* saveRows(saves[at])
    return answers.map((isDone) => (isDone ? 'done' : 'stale'))
  },
  *'districts.pass'(passes) {
    const held = yield* lock(passes.flatMap(({ from, to }) => [from.district, to]))
    const known = yield* forEach(
      'SELECT from_district, to_district, epoch FROM passes WHERE entity = $1 AND hop = $2',
      passes.map(({ entity, hop }) => [entity, hop]),
    )
    const rows = yield* forEach(
      'SELECT district, hop FROM entities WHERE id = $1 FOR UPDATE',
      passes.map(({ entity }) => [entity]),
    )
    const writes: Statement[] = []
    const moved = new Set<number>()
    const answers: Passed[] = []
    for (let at = 0; at < passes.length; at++) {
      const { entity, from, to, hop } = passes[at]
      const before = known[at][0]
      const row = rows[at][0]
      if (before?.from_district === from.district && before.to_district === to) {
        answers.push({ is: 'done', epoch: before.epoch as number })
        continue
      }
      const isThere = row?.hop === hop && row.district === from.district && !moved.has(entity)
      if (!isThere || !holds(held.get(from.district)!, from)) {
        answers.push({ is: 'stale' })
        continue
      }
      const { epoch } = held.get(to)!
      moved.add(entity)
      writes.push(...passWrites(passes[at], epoch))
      answers.push({ is: 'done', epoch })
    }
    if (writes.length > 0) yield writes
    return answers
  },
  *'districts.move'({ last, to }) {
    const { district, epoch } = last.fence
    const held = (yield* lock([district])).get(district)!
    if (held.epoch === epoch + 1 && held.holder === to) return 'done'
    if (!holds(held, last.fence)) return 'stale'
    yield* saveRows(last)
    yield* setHolder({ district, epoch: epoch + 1, holder: to })
    return 'done'
  },
  *'districts.holders'() {
    const rows = yield* rowsOf('SELECT id, epoch, holder FROM districts WHERE epoch > 0 ORDER BY id')
    return rows.map(({ id, epoch, holder }) => ({ district: id, epoch, holder }) as Fence)
  },
  *'districts.reserveIds'(count) {
    const text =
      "INSERT INTO counters (name, value) VALUES ('entity', $1) " +
      'ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value'
    const row = yield* firstRow(text, count)
    return (row!.value as number) - count + 1
  },
}

/** Returns whether entities are still in the hands that a write says; locks their districts until the write is done. */
export function* holdsEntities(fences: readonly EntityFence[]): Transaction<boolean> {
  if (fences.length === 0) return true
  const held = yield* lock(fences.map(({ district }) => district))
  if (!fences.every((fence) => holds(held.get(fence.district)!, fence))) return false
  const rows = yield* forEach(
    'SELECT hop FROM entities WHERE id = $1',
    fences.map(({ entity }) => [entity]),
  )
  // One that was not saved yet has no row, or an earlier one.
  return fences.every(({ hop }, at) => ((rows[at][0]?.hop as number | undefined) ?? 0) <= hop)
}

function holds(held: { epoch: number; holder: string }, fence: Fence): boolean {
  return held.epoch === fence.epoch && held.holder === fence.holder
}

/** Locks districts, lowest first, so that no two transactions wait for each other; makes those that are new. */
function* lock(ids: readonly number[]): Transaction<Held> {
  const sorted = [...new Set(ids)].sort((a, b) => a - b)
  const insert = "INSERT INTO districts VALUES ($1, 0, '', 0, '') ON CONFLICT DO NOTHING"
  yield* forEach(
    insert,
    sorted.map((id) => [id]),
  )
  const rows = yield* forEach(
    'SELECT id, epoch, holder FROM districts WHERE id = $1 FOR UPDATE',
    sorted.map((id) => [id]),
  )
  const held = new Map<number, { epoch: number; holder: string }>()
  for (const [{ id, epoch, holder }] of rows)
    held.set(id as number, { epoch: epoch as number, holder: holder as string })
  return held
}

function* setHolder({ district, epoch, holder }: Fence): Transaction<void> {
  const text =
    'UPDATE districts SET last_epoch = epoch, last_holder = holder, epoch = $2, holder = $3 WHERE id = $1'
  yield* rowsOf(text, district, epoch, holder)
}

function* claimed(district: number): Transaction<Claimed> {
  const rows = yield* rowsOf('SELECT id, hop, state FROM entities WHERE district = $1 ORDER BY id', district)
  const last = yield* firstRow('SELECT last_epoch, last_holder FROM districts WHERE id = $1', district)
  const before = { district, epoch: last!.last_epoch as number, holder: last!.last_holder as string }
  return {
    is: 'claimed',
    rows: rows.map(({ id, hop, state }) => ({ entity: id, hop, state }) as EntityRow),
    before: before.epoch > 0 ? before : undefined,
  }
}

function* saveRows({ fence, rows, gone }: DistrictSave): Transaction<void> {
  const { district } = fence
  yield* forEach(
    'DELETE FROM entities WHERE id = $1 AND district = $2 AND hop <= $3',
    gone.map(({ entity, hop }) => [entity, district, hop]),
  )
  yield* forEach(
    'DELETE FROM passes WHERE entity = $1 AND NOT EXISTS (SELECT 1 FROM entities WHERE id = $1)',
    gone.map(({ entity }) => [entity]),
  )
  // What belongs to another district or a later hop by now stays as it is.
  yield* forEach(
    'INSERT INTO entities (id, district, hop, state) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE ' +
      'SET state = excluded.state WHERE entities.district = excluded.district AND entities.hop = excluded.hop',
    rows.map(({ entity, hop, state }) => [entity, district, hop, state]),
  )
}

function passWrites({ entity, hop, state, from, to }: Pass, epoch: number): Statement[] {
  return [
    {
      text: 'UPDATE entities SET district = $2, hop = $3, state = $4 WHERE id = $1',
      values: [entity, to, hop + 1, state],
    },
    {
      text: 'INSERT INTO passes (entity, hop, from_district, to_district, epoch) VALUES ($1, $2, $3, $4, $5)',
      values: [entity, hop, from.district, to, epoch],
    },
    { text: 'DELETE FROM passes WHERE entity = $1 AND hop <= $2', values: [entity, hop - PASSES_KEPT] },
  ]
}
