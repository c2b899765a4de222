import type { Character, Checkpoint, Displaced } from '../record/character.ts'
import { type StoredCharacter, toldCharacter } from '../sql/row.ts'
import { holderKey } from '../sql/settle-items.ts'
import { compareText, type MemoryRequests, type MemoryTables } from './memory-tables.ts'

export const characterRequests: MemoryRequests<'characters'> = {
  'characters.create'(tables, { id, accountId, name, nameKey, map, position, state, at, perAccountMax }) {
    const [known] = tables.characters.by('nameKey', nameKey)
    if (known !== undefined) {
      if (known.id !== id || known.accountId !== accountId) return { is: 'taken', what: 'name' }
      return { is: 'created', character: told(known) }
    }
    if (tables.characters.get(id) !== undefined) return { is: 'taken', what: 'id' }
    if (tables.accounts.get(accountId) === undefined) return { is: 'no-account' }
    if (tables.characters.by('accountId', accountId).length >= perAccountMax) return { is: 'full' }
    const character: StoredCharacter = {
      id,
      accountId,
      name,
      nameKey,
      map,
      position: [...position],
      state: state.slice(),
      createdAt: at,
      savedAt: at,
      server: undefined,
      epoch: 0,
    }
    tables.characters.set(character)
    return { is: 'created', character: told(character) }
  },
  'characters.find': (tables, id) => toldIfAny(tables.characters.get(id)),
  'characters.findByKey': (tables, nameKey) => toldIfAny(tables.characters.by('nameKey', nameKey)[0]),
  'characters.list': (tables, accountId) =>
    tables.characters
      .by('accountId', accountId)
      .sort((a, b) => a.createdAt - b.createdAt || compareText(a.id, b.id))
      .map(told),
  'characters.delete': deleteCharacter,
  'characters.enter'(tables, { id, server, onlyIfFree = false, besideOthers = false }) {
    const character = tables.characters.get(id)
    if (character === undefined) return { is: 'unknown' }
    const rivals = besideOthers ? [character] : tables.characters.by('accountId', character.accountId)
    const displaced: Displaced[] = rivals
      .filter((rival) => rival.server !== undefined)
      .sort((a, b) => compareText(a.id, b.id))
      .map((rival) => ({ character: rival.id, server: rival.server!, epoch: rival.epoch }))
    if (onlyIfFree && displaced.length > 0) return { is: 'held', by: displaced[0] }
    for (const { character: held } of displaced) {
      tables.characters.set({ ...tables.characters.get(held)!, server: undefined })
    }
    const entered = { ...character, server, epoch: character.epoch + 1 }
    tables.characters.set(entered)
    return { is: 'entered', character: told(entered), displaced }
  },
  'characters.checkpoint': (tables, checkpoints) => ({
    stale: checkpoints.filter((checkpoint) => !save(tables, checkpoint)).map(({ id }) => id),
  }),
  'characters.leave'(tables, checkpoint) {
    if (!save(tables, checkpoint)) return false
    tables.characters.set({ ...tables.characters.get(checkpoint.id)!, server: undefined })
    return true
  },
  'characters.release'({ characters }, { id, epoch }) {
    const character = characters.get(id)
    if (character === undefined || character.server === undefined || character.epoch !== epoch) return false
    characters.set({ ...character, server: undefined })
    return true
  },
  'characters.releaseServer'({ characters }, server) {
    const held = characters.by('server', server)
    for (const character of held) characters.set({ ...character, server: undefined })
    return held.length
  },
  'characters.heldBy': ({ characters }, server) =>
    characters
      .by('server', server)
      .sort((a, b) => compareText(a.id, b.id))
      .map(told),
}

/** Deletes a character and its items. @returns whether there was one */
export function deleteCharacter({ characters, items }: MemoryTables, id: string): boolean {
  for (const item of items.by('holder', holderKey({ character: id }))) items.delete(item.id)
  return characters.delete(id)
}

/** Saves a character's state. @returns false, and does nothing, when its epoch is not the lease's */
export function save(
  { characters }: MemoryTables,
  { id, epoch, map, position, state, at }: Checkpoint,
): boolean {
  const character = characters.get(id)
  if (character === undefined || character.server === undefined || character.epoch !== epoch) return false
  characters.set({ ...character, map, position: [...position], state: state.slice(), savedAt: at })
  return true
}

function told(character: StoredCharacter): Character {
  return toldCharacter({ ...character, position: [...character.position], state: character.state.slice() })
}

function toldIfAny(character: StoredCharacter | undefined): Character | undefined {
  return character === undefined ? undefined : told(character)
}
