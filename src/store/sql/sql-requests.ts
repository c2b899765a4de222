import type { AnswerOf, InputOf, RequestName } from '../record/request.ts'
import type { Transaction } from './sql.ts'
import { accountRequests } from './sql-accounts.ts'
import { characterRequests } from './sql-characters.ts'
import { districtRequests } from './sql-districts.ts'
import { itemRequests } from './sql-items.ts'
import { addressBanRequests, keyRequests } from './sql-keys.ts'

const REQUESTS: { readonly [Name in RequestName]: (input: InputOf<Name>) => Transaction<AnswerOf<Name>> } = {
  ...accountRequests,
  ...characterRequests,
  ...itemRequests,
  ...keyRequests,
  ...addressBanRequests,
  ...districtRequests,
}

/** Requests that only read, with one statement: they need no transaction. */
const READING: ReadonlySet<string> = new Set<RequestName>([
  'accounts.find',
  'accounts.findByKey',
  'accounts.list',
  'accounts.count',
  'characters.find',
  'characters.findByKey',
  'characters.list',
  'characters.heldBy',
  'items.find',
  'items.list',
  'items.census',
  'keys.list',
  'addressBans.find',
  'addressBans.list',
  'districts.holders',
])

/** Begins the request, as statements for an engine to drive. */
export function begin<Name extends RequestName>(
  name: Name,
  input: InputOf<Name>,
): Transaction<AnswerOf<Name>> {
  return REQUESTS[name](input)
}

export function isReading(name: RequestName): boolean {
  return READING.has(name)
}
