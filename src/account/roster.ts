import type { Character, CharacterState, Displaced, EpochMs, Store } from '../store/index.ts'
import type { Accounts } from './accounts.ts'
import { type AccountAnswer, NAME_RESERVED, NO_CHARACTER, refusedAnswer } from './answer.ts'
import { nameKey, readName } from './name/name.ts'
import type { RandomSecret } from './token/key-ring.ts'
import { newId } from './token/token.ts'

export interface RosterOptions {
  readonly accounts: Accounts
  readonly store: Store
  readonly randomSecret: RandomSecret
  /** The most characters of one account; 8 when left out. */
  readonly charactersMax?: number
  /** Makes the state of a new character before it first enters the world; nothing and nowhere when left out. */
  readonly begin?: (name: string) => CharacterState
}

/** What a character's owner may see of it. */
export interface CharacterProfile {
  readonly id: string
  readonly name: string
  readonly map: string
  readonly createdAt: EpochMs
  readonly savedAt: EpochMs
  readonly isInWorld: boolean
}

const CHARACTER_NAME_TAKEN = refusedAnswer(
  'name-taken',
  'Some character has that name, or one that looks like it.',
)
const NOWHERE: CharacterState = { map: '', position: [], state: new Uint8Array(0) }

/** The characters of accounts: several each, one of them in the world at a time [A40]. */
export class Roster {
  readonly #options: RosterOptions

  constructor(options: RosterOptions) {
    this.#options = options
  }

  async list(
    token: string,
    now: EpochMs,
  ): Promise<AccountAnswer<{ readonly characters: readonly CharacterProfile[] }>> {
    const checked = await this.#options.accounts.check(token, now)
    if (checked.is === 'refused') return checked
    const characters = await this.#options.store.characters.list(checked.account.id)
    return { is: 'done', characters: characters.map(characterProfile) }
  }

  async create(
    { token, name }: { readonly token: string; readonly name: string },
    now: EpochMs,
  ): Promise<AccountAnswer<{ readonly character: CharacterProfile }>> {
    const checked = await this.#options.accounts.check(token, now)
    if (checked.is === 'refused') return checked
    const read = readName(name)
    if (read.is === 'refused') return refusedAnswer('name', read.reason)
    const { accounts, store, randomSecret, charactersMax = 8, begin } = this.#options
    // An account whose name the operator gave may have a character of that name.
    const isOwn = nameKey(checked.account.name) === read.key
    if (accounts.names.isReserved(read.name) && !isOwn) return NAME_RESERVED
    const created = await accounts.names.give(read.name, store.characters, () =>
      store.characters.create({
        ...(begin?.(read.name) ?? NOWHERE),
        id: newId(randomSecret),
        accountId: checked.account.id,
        name: read.name,
        nameKey: read.key,
        at: now,
        perAccountMax: charactersMax,
      }),
    )
    if (created === 'taken') return CHARACTER_NAME_TAKEN
    if (created.is === 'created') return { is: 'done', character: characterProfile(created.character) }
    if (created.is === 'full')
      return refusedAnswer('too-many-characters', `An account has at most ${charactersMax} characters.`)
    if (created.is === 'taken') return CHARACTER_NAME_TAKEN
    return refusedAnswer('no-such-account', 'The account is gone.')
  }

  /** Deletes a character with its items, unless it is in the world. */
  async delete(
    { token, character }: { readonly token: string; readonly character: string },
    now: EpochMs,
  ): Promise<AccountAnswer<object>> {
    const own = await this.#own(token, character, now)
    if (own.is === 'refused') return own
    if (own.character.lease)
      return refusedAnswer('in-world', 'That character is in the world; leave with it first.')
    return (await this.#options.store.characters.delete(character)) ? { is: 'done' } : NO_CHARACTER
  }

  /**
   * Takes a character into the world on one server. If it, or another of the same account, was in the world, tell
   * that player that it was taken over: `displaced` says where.
   */
  async choose(
    {
      token,
      character,
      server,
    }: { readonly token: string; readonly character: string; readonly server: string },
    now: EpochMs,
  ): Promise<AccountAnswer<{ readonly character: Character; readonly displaced: readonly Displaced[] }>> {
    const own = await this.#own(token, character, now)
    if (own.is === 'refused') return own
    const entered = await this.#options.store.characters.enter({ id: character, server })
    if (entered.is !== 'entered') return NO_CHARACTER
    return { is: 'done', character: entered.character, displaced: entered.displaced }
  }

  async #own(
    token: string,
    id: string,
    now: EpochMs,
  ): Promise<AccountAnswer<{ readonly character: Character }>> {
    const { accounts, store } = this.#options
    const checked = await accounts.check(token, now)
    if (checked.is === 'refused') return checked
    const character = /^[A-Za-z0-9._:-]{1,64}$/.test(id) ? await store.characters.find(id) : undefined
    // Whether somebody else has one of that id is nobody's business.
    if (character?.accountId !== checked.account.id) return NO_CHARACTER
    return { is: 'done', character: character! }
  }
}

function characterProfile({ id, name, map, createdAt, savedAt, lease }: Character): CharacterProfile {
  return { id, name, map, createdAt, savedAt, isInWorld: lease !== undefined }
}
