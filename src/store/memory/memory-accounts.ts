import type { Account } from '../record/account.ts'
import { deleteCharacter } from './memory-characters.ts'
import { compareText, type MemoryRequests, type MemoryTables } from './memory-tables.ts'

export const accountRequests: MemoryRequests<'accounts'> = {
  'accounts.create'({ accounts }, { id, name, nameKey, passwordHash, role, at }) {
    const [known] = accounts.by('nameKey', nameKey)
    if (known !== undefined)
      return known.id === id ? { is: 'created', account: known } : { is: 'taken', what: 'name' }
    if (accounts.get(id) !== undefined) return { is: 'taken', what: 'id' }
    const account: Account = {
      id,
      name,
      nameKey,
      passwordHash,
      role,
      ban: undefined,
      generation: 1,
      createdAt: at,
      lastLoginAt: undefined,
    }
    accounts.set(account)
    return { is: 'created', account }
  },
  'accounts.find': ({ accounts }, id) => accounts.get(id),
  'accounts.findByKey': ({ accounts }, nameKey) => accounts.by('nameKey', nameKey)[0],
  'accounts.list'({ accounts }, { limit, after, prefix = '', role, bannedAt }) {
    const isMeant = ({ nameKey, role: its, ban }: Account): boolean =>
      (after === undefined || compareText(nameKey, after) > 0) &&
      nameKey.startsWith(prefix) &&
      (role === undefined || role === its) &&
      (bannedAt === undefined || (ban !== undefined && (ban.until === undefined || ban.until > bannedAt)))
    const found = [...accounts.values()].filter(isMeant).sort((a, b) => compareText(a.nameKey, b.nameKey))
    const page = found.slice(0, limit)
    return { accounts: page, next: found.length > limit ? page[limit - 1].nameKey : undefined }
  },
  'accounts.count': ({ accounts }) => accounts.size,
  'accounts.rename'(tables, { id, name, nameKey }) {
    const [other] = tables.accounts.by('nameKey', nameKey)
    if (tables.accounts.get(id) !== undefined && other !== undefined && other.id !== id) return 'taken'
    return change(tables, id, () => ({ name, nameKey }))
  },
  'accounts.setPassword': (tables, { id, passwordHash }) =>
    change(tables, id, ({ generation }) => ({ passwordHash, generation: generation + 1 })),
  'accounts.setRole': (tables, { id, role }) => change(tables, id, () => ({ role })),
  'accounts.ban': (tables, { id, ban: { until, reason, at } }) =>
    change(tables, id, ({ generation }) => ({ ban: { until, reason, at }, generation: generation + 1 })),
  'accounts.unban': (tables, id) => change(tables, id, () => ({ ban: undefined })),
  'accounts.revoke': (tables, id) => change(tables, id, ({ generation }) => ({ generation: generation + 1 })),
  'accounts.recordLogin': (tables, { id, at }) => change(tables, id, () => ({ lastLoginAt: at })),
  'accounts.delete'(tables, id) {
    for (const character of tables.characters.by('accountId', id)) deleteCharacter(tables, character.id)
    return tables.accounts.delete(id)
  },
}

function change(
  { accounts }: MemoryTables,
  id: string,
  changed: (account: Account) => Partial<Account>,
): Account | undefined {
  const account = accounts.get(id)
  if (account === undefined) return undefined
  const after = { ...account, ...changed(account) }
  accounts.set(after)
  return after
}
