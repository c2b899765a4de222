import { Hash } from '../../core/index.ts'
import type { EntityId } from '../../world/index.ts'
import type { KindTable } from './kind-table.ts'
import { type Ledger, SLOTS_MAX, type Topic } from './ledger.ts'
import { cellOf, describeTopic, type TopicKey } from './topic.ts'

/** Visits one value of one entity, for comparing two holders of a topic. */
type Visit = (slot: string, entity: string, field: string, value: string, id: EntityId) => void

/**
 * Hashes everything a ledger holds about a topic: who is in which slot, and every published value. Equal hashes at
 * two ends mean equal state; `firstMismatch` finds the difference when they are not.
 *
 * @returns 16 hexadecimal digits
 */
export function digest(ledger: Ledger, key: TopicKey): string {
  const hash = new Hash()
  const topic = ledger.topicByKey(key)
  if (topic)
    visit(ledger, topic, (slot, entity, field, value) => hash.text(`${slot}/${entity}/${field}=${value};`))
  return hash.digest
}

/** Says of an entity whether another ledger has to hold it, must not, or may: undefined. */
export type Expects = (id: EntityId) => boolean | undefined

/**
 * Finds what differs between two ledgers' copies of a topic.
 *
 * @param expects  whom theirs has to hold of what ours does in a cell; everybody when left out
 * @returns a sentence naming topic, entity and field; undefined when nothing differs
 */
export function firstMismatch(
  ours: Ledger,
  theirs: Ledger,
  key: TopicKey,
  expects: Expects = () => true,
): string | undefined {
  const here = listed(ours, key)
  const there = listed(theirs, key)
  for (const [where, { value, id }] of here) {
    const other = there.get(where)?.value
    const isExpected = cellOf(key) === undefined || expects(id)
    if (isExpected === false && other === undefined) continue
    if (isExpected === undefined && other === undefined) continue
    if (isExpected === false) return `${describeTopic(key)}: ${where} is there, where it should not be`
    if (other !== value)
      return `${describeTopic(key)}: ${where} is ${value} here and ${other ?? 'missing'} there`
  }
  for (const [where, { value }] of there)
    if (!here.has(where)) return `${describeTopic(key)}: ${where} is missing here and ${value} there`
  return undefined
}

function listed(
  ledger: Ledger,
  key: TopicKey,
): Map<string, { readonly value: string; readonly id: EntityId }> {
  const list = new Map<string, { readonly value: string; readonly id: EntityId }>()
  const topic = ledger.topicByKey(key)
  if (topic)
    visit(ledger, topic, (slot, entity, field, value, id) =>
      list.set(`${entity} in slot ${slot}, field ${field},`, { value, id }),
    )
  return list
}

function visit(ledger: Ledger, topic: Topic, tell: Visit): void {
  for (let order = 0; order < topic.chunks.length; order++)
    for (let slot = 0; slot < SLOTS_MAX; slot++) {
      const index = ledger.slots[topic.chunks[order] * SLOTS_MAX + slot]
      if (index < 0) continue
      const table = ledger.tables[ledger.entityKind[index]]
      const at = `${order}.${slot}`
      const entity = `${table.kind.name} ${ledger.entityId[index]}`
      const id = ledger.entityId[index]
      tell(at, entity, 'kind', table.kind.name, id)
      visitEntity(table, ledger.entityRow[index], (field, value) => tell(at, entity, field, value, id))
    }
}

function visitEntity(table: KindTable, row: number, tell: (field: string, value: string) => void): void {
  const { kind, stride, axes, layout } = table
  if (layout) {
    const places = Array.from({ length: axes }, (_, axis) => table.place[row * axes + axis])
    const velocities = Array.from({ length: axes }, (_, axis) => table.velocity[row * axes + axis])
    tell(
      'position',
      layout.isMotion
        ? `${places} + ${velocities} (${table.speed[row]}) from ${table.start[row]}`
        : `${places}`,
    )
  }
  for (let f = 0; f < stride; f++) {
    const at = row * stride + f
    const blob = table.blobs[at]
    tell(kind.fields[f].name, blob ? `${blob.bits} bits ${blob.bytes}` : `${table.units[at]}`)
  }
}
