import type { Store } from '../store.ts'
import type { DistrictSave, DistrictShelf } from './district.ts'

/** The parts of a store whose methods are requests: one argument, one answer. */
export type Shelves = Pick<Store, 'accounts' | 'characters' | 'items' | 'keys' | 'addressBans'> & {
  readonly districts: DistrictRequests
}

/** The districts' shelf with one argument for each method. */
interface DistrictRequests extends Omit<DistrictShelf, 'move' | 'holders'> {
  move(input: { readonly last: DistrictSave; readonly to: string }): Promise<'done' | 'stale'>
  holders(): ReturnType<DistrictShelf['holders']>
}

/** "accounts.create", "items.apply", ... */
export type RequestName = {
  [Shelf in keyof Shelves]: `${Shelf}.${keyof Shelves[Shelf] & string}`
}[keyof Shelves]

type MethodOf<Name extends RequestName> = Name extends `${infer Shelf extends keyof Shelves}.${infer Method}`
  ? Method extends keyof Shelves[Shelf]
    ? Shelves[Shelf][Method]
    : never
  : never

export type InputOf<Name extends RequestName> =
  MethodOf<Name> extends (input: infer Input) => unknown ? Input : never

export type AnswerOf<Name extends RequestName> =
  MethodOf<Name> extends (input: never) => Promise<infer Answer> ? Answer : never
