import { bytesEqual, Hash } from '../../core/index.ts'
import type { Holder, Item, ItemChange, ItemRefusal, Operation } from '../record/item.ts'

/** What an operation needs to know before it can be done. */
export interface Involved {
  /** Items that exist, by id: see `involvedItems`. */
  readonly items: ReadonlyMap<string, Item>
  /**
   * Characters that exist, by id, with the epoch of their lease, undefined while nobody holds one: see
   * `involvedCharacters`.
   */
  readonly characters: ReadonlyMap<string, { readonly epoch: number | undefined }>
}

export type Settlement =
  /** The items that differ, as they are afterwards; undefined where gone. */
  | { readonly is: 'done'; readonly items: ReadonlyMap<string, Item | undefined> }
  | { readonly is: 'refused'; readonly why: ItemRefusal; readonly change: number }

/** Lists the ids of every item that an operation reads or writes, each once, lowest first. */
export function involvedItems({ changes }: Operation): string[] {
  const ids = new Set<string>()
  for (const change of changes) {
    ids.add(change.do === 'mint' ? change.item.id : change.id)
    if (change.do === 'split' || change.do === 'merge') ids.add(change.into)
  }
  return [...ids].sort()
}

/** Lists the ids of every character that receives, answers for its lease or is saved, each once, lowest first. */
export function involvedCharacters({ changes, leases = [], checkpoints = [] }: Operation): string[] {
  const ids = new Set<string>()
  for (const { id } of [...leases, ...checkpoints]) ids.add(id)
  for (const change of changes) {
    const holder = receiverOf(change)
    if (holder !== undefined && 'character' in holder) ids.add(holder.character)
  }
  return [...ids].sort()
}

/** What is answered, and not remembered, where an entity is in other hands than the operation says. */
export const STALE = { is: 'refused', why: 'stale', change: -1 } as const

/** Works out an operation, all of it or nothing. This is the only place that knows how items may change. */
export function settleItems(operation: Operation, { items, characters }: Involved): Settlement {
  for (const { id, epoch } of [...(operation.leases ?? []), ...(operation.checkpoints ?? [])]) {
    if (characters.get(id)?.epoch !== epoch) return STALE
  }
  const after = new Map<string, Item | undefined>()
  const now = (id: string): Item | undefined => (after.has(id) ? after.get(id) : items.get(id))
  for (let at = 0; at < operation.changes.length; at++) {
    const change = operation.changes[at]
    const receiver = receiverOf(change)
    const why =
      receiver !== undefined && 'character' in receiver && !characters.has(receiver.character)
        ? 'no-holder'
        : makeChange(change, now, after)
    if (why !== undefined) return { is: 'refused', why, change: at }
  }
  return { is: 'done', items: after }
}

/** Makes one change on top of those before it. @returns why it cannot be made */
function makeChange(
  change: ItemChange,
  now: (id: string) => Item | undefined,
  after: Map<string, Item | undefined>,
): ItemRefusal | undefined {
  if (change.do === 'mint') {
    if (now(change.item.id) !== undefined) return 'exists'
    after.set(change.item.id, change.item)
    return undefined
  }
  const item = now(change.id)
  if (item === undefined) return 'missing'
  if (!isSameHolder(item.holder, change.from)) return 'elsewhere'
  switch (change.do) {
    case 'move':
      after.set(item.id, { ...item, holder: change.to })
      return undefined
    case 'rewrite':
      after.set(item.id, { ...item, data: change.data })
      return undefined
    case 'destroy':
      after.set(item.id, undefined)
      return undefined
    case 'split':
      if (now(change.into) !== undefined) return 'exists'
      if (item.quantity <= change.quantity) return 'too-few'
      after.set(item.id, { ...item, quantity: item.quantity - change.quantity })
      after.set(change.into, { ...item, id: change.into, quantity: change.quantity, holder: change.to })
      return undefined
    case 'merge': {
      const into = now(change.into)
      if (into === undefined) return 'missing'
      if (into.id === item.id || !isLike(item, into)) return 'unlike'
      const quantity = item.quantity + into.quantity
      if (!Number.isSafeInteger(quantity)) return 'too-few'
      after.set(item.id, undefined)
      after.set(into.id, { ...into, quantity })
      return undefined
    }
  }
}

/** Returns the fingerprint by which two servers know that they mean the same changes: 16 hexadecimal digits. */
export function fingerprintOf({ changes }: Operation): string {
  const hash = new Hash()
  const text = (value: string): Hash => hash.word(value.length).text(value)
  const number = (value: number): Hash => hash.word(value).word(value / 2 ** 32)
  const bytes = (value: Uint8Array): Hash => hash.word(value.length).bytes(value)
  for (const change of changes) {
    text(change.do)
    if (change.do === 'mint') {
      const { id, kind, quantity, data, holder } = change.item
      text(id)
      text(kind)
      number(quantity)
      bytes(data)
      text(holderKey(holder))
      continue
    }
    text(change.id)
    text(holderKey(change.from))
    if (change.do === 'move' || change.do === 'split') text(holderKey(change.to))
    if (change.do === 'split' || change.do === 'merge') text(change.into)
    if (change.do === 'split') number(change.quantity)
    if (change.do === 'rewrite') bytes(change.data)
  }
  return hash.digest
}

/** Writes a holder as one text, as tables have it: "c:ID" for a character, "p:NAME" for a place. */
export function holderKey(holder: Holder): string {
  return 'character' in holder ? `c:${holder.character}` : `p:${holder.place}`
}

/** Reads the holder that `holderKey` wrote. */
export function readHolder(key: string): Holder {
  return key.startsWith('c:') ? { character: key.slice(2) } : { place: key.slice(2) }
}

function receiverOf(change: ItemChange): Holder | undefined {
  if (change.do === 'mint') return change.item.holder
  return change.do === 'move' || change.do === 'split' ? change.to : undefined
}

function isSameHolder(a: Holder, b: Holder): boolean {
  return holderKey(a) === holderKey(b)
}

function isLike(a: Item, b: Item): boolean {
  return a.kind === b.kind && isSameHolder(a.holder, b.holder) && bytesEqual(a.data, b.data)
}
