import type { Displaced, Store } from '../store/index.ts'

/** Characters that were in the world and may stay no longer: tell that server's player why, and drop them there. */
export interface WorldOutcome {
  readonly inWorld: readonly Displaced[]
}

/** Lists an account's characters that some server holds. */
export async function charactersInWorld(store: Store, accountId: string): Promise<Displaced[]> {
  const characters = await store.characters.list(accountId)
  return characters.flatMap(({ id, lease }) => (lease ? [{ ...lease, character: id }] : []))
}
