import type { Item } from '../record/item.ts'
import {
  fingerprintOf,
  holderKey,
  involvedCharacters,
  involvedItems,
  STALE,
  settleItems,
} from '../sql/settle-items.ts'
import { save } from './memory-characters.ts'
import { compareText, type MemoryRequests } from './memory-tables.ts'

export const itemRequests: MemoryRequests<'items'> = {
  'items.find'({ items }, id) {
    const item = items.get(id)
    return item === undefined ? undefined : copy(item)
  },
  'items.list': ({ items }, holder) =>
    items
      .by('holder', holderKey(holder))
      .sort((a, b) => compareText(a.id, b.id))
      .map(copy),
  'items.apply'(tables, operation) {
    const { id, at, checkpoints = [] } = operation
    const fingerprint = fingerprintOf(operation)
    const known = tables.operations.get(id)
    if (known !== undefined) return known.fingerprint === fingerprint ? known.result : { is: 'mismatch' }

    const { fences = [] } = operation
    if (!fences.every((fence) => tables.districts.has(fence))) return STALE
    const items = new Map<string, Item>()
    for (const itemId of involvedItems(operation)) {
      const item = tables.items.get(itemId)
      if (item !== undefined) items.set(itemId, item)
    }
    const characters = new Map<string, { epoch: number | undefined }>()
    for (const characterId of involvedCharacters(operation)) {
      const character = tables.characters.get(characterId)
      if (character === undefined) continue
      characters.set(characterId, { epoch: character.server === undefined ? undefined : character.epoch })
    }
    const settlement = settleItems(operation, { items, characters })
    if (settlement.is === 'refused') {
      tables.operations.set({ id, fingerprint, result: settlement, at })
      return settlement
    }
    for (const [itemId, item] of settlement.items) {
      if (item === undefined) tables.items.delete(itemId)
      else tables.items.set(copy(item))
    }
    for (const checkpoint of checkpoints) save(tables, checkpoint)
    tables.operations.set({ id, fingerprint, result: { is: 'done' }, at })
    return { is: 'done' }
  },
  'items.census'({ items }) {
    const kinds = new Map<string, { kind: string; items: number; quantity: number }>()
    for (const { kind, quantity } of items.values()) {
      const sum = kinds.get(kind) ?? { kind, items: 0, quantity: 0 }
      sum.items++
      sum.quantity += quantity
      kinds.set(kind, sum)
    }
    return [...kinds.values()].sort((a, b) => compareText(a.kind, b.kind))
  },
  'items.forget'({ operations }, before) {
    const old = [...operations.values()].filter(({ at }) => at < before)
    for (const { id } of old) operations.delete(id)
    return old.length
  },
}

function copy(item: Item): Item {
  return { ...item, data: item.data.slice(), holder: { ...item.holder } }
}
