import type { AddressBan } from '../record/address-ban.ts'
import type { Key } from '../record/key.ts'
import { compareText, type MemoryRequests } from './memory-tables.ts'

export const keyRequests: MemoryRequests<'keys'> = {
  'keys.add'({ keys }, key) {
    if (keys.get(key.id) !== undefined) return false
    keys.set(copy(key))
    return true
  },
  'keys.list': ({ keys }, purpose) =>
    keys
      .by('purpose', purpose)
      .sort((a, b) => a.createdAt - b.createdAt || compareText(a.id, b.id))
      .map(copy),
  'keys.remove': ({ keys }, id) => keys.delete(id),
}

export const addressBanRequests: MemoryRequests<'addressBans'> = {
  'addressBans.set'({ addressBans }, { address, until, reason, at }) {
    addressBans.set({ address, until, reason, at } satisfies AddressBan)
  },
  'addressBans.find': ({ addressBans }, address) => addressBans.get(address),
  'addressBans.list': ({ addressBans }) =>
    [...addressBans.values()].sort((a, b) => compareText(a.address, b.address)),
  'addressBans.lift': ({ addressBans }, address) => addressBans.delete(address),
}

function copy({ id, purpose, secret, createdAt, expiresAt }: Key): Key {
  return { id, purpose, secret: secret.slice(), createdAt, expiresAt }
}
