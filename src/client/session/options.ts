/** Holds what a client is made with against what can be said to a server, before anything is sent. */
import { isDigest } from '../../content/index.ts'
import { ShardlessError } from '../../core/index.ts'
import {
  CHARACTER_BYTES_MAX,
  LOGIN_BYTES_MAX,
  NAME_WANTED,
  PAGE_BYTES_MAX,
  properName,
} from '../../dialect/native/index.ts'
import type { Air } from '../../transport/index.ts'
import type { AnyGame, GameMistake } from '../../world/index.ts'
import type { MapSource } from '../show/ground.ts'
import type { AccountEntry } from './credentials.ts'
import { Refused } from './refused.ts'

export interface ClientOptions {
  /**
   * The name to play under: 1 to 24 visible characters, in at most 64 bytes of UTF-8 (21 Chinese ones). Empty, with a
   * token or an account, for a character that has one.
   */
  readonly name: string
  /** A login token: who comes in with one plays a character that is kept. */
  readonly token?: string
  /** The id of the character to come in with; the one that played last when left out, or a new one. */
  readonly character?: string
  /**
   * Logs in or registers over the connection itself, for those who have no token yet. The connection has to be a
   * secret one.
   */
  readonly account?: AccountEntry
  /**
   * What stands still: with it, the own character is moved ahead of the server's answer. One map, or what is asked for
   * each that the player comes to, such as `MapKeeper.source`. One that is not the server's is not used: see
   * `stats.mapTrouble`.
   */
  readonly map?: MapSource
  /** Whether a lost connection is made anew by itself. Yes when left out. */
  readonly reconnects?: boolean
  /**
   * Whether a first connection that does not come about is tried again too, after the same growing waits. No when left
   * out: the address may be wrong. What no trying mends ends it either way.
   */
  readonly retry?: boolean
  /**
   * The version of the client content it has, 64 hexadecimal digits: a server of another one says so. It says none
   * when left out.
   */
  readonly content?: string
  /**
   * Told what the program's own code threw: a listener, a `map` function, the game's `step`. Each stands alone, and
   * everything else goes on. Of one place not more than one in ten seconds is told. The console is when left out.
   */
  readonly onError?: (mistake: GameMistake) => void
}

/**
 * Finds what no server could take: a name that is none, a token or id too long to be said.
 *
 * @returns   why there is no way in, as a server would say it; undefined when nothing is wrong
 * @throws    `client/bad-option` for an option of another type, `client/bad-content` for what is no content version
 */
export function troubleWith(options: ClientOptions): Refused | undefined {
  checkTypes(options)
  const { name, token = '', character = '', account, content } = options
  checkVersion(content ?? '')
  // Who has an account may leave it to their character to have a name.
  const needsName = name !== '' || (token === '' && account === undefined)
  if (needsName && properName(name) === undefined) return new Refused('name', NAME_WANTED)
  if (!canBeSaid(token, LOGIN_BYTES_MAX))
    return new Refused(
      'login',
      `No login token is like that: it has 1 to ${LOGIN_BYTES_MAX} bytes. Log in again.`,
    )
  if (!canBeSaid(character, CHARACTER_BYTES_MAX))
    return new Refused(
      'login',
      `No character has such an id: it has 1 to ${CHARACTER_BYTES_MAX} bytes. Take one that the account has.`,
    )
  if (
    account &&
    !canBeSaid(JSON.stringify({ name: account.name, password: account.password }), PAGE_BYTES_MAX)
  )
    return new Refused('login', 'Name and password of the account are too long to be told to a server.')
  return undefined
}

/** @throws `client/bad-option` for arguments of `connect` that are of another type */
export function checkArguments(
  game: AnyGame,
  url: string,
  options: ClientOptions & { readonly air?: Air },
): void {
  if (typeof game?.fingerprint !== 'string') badOption('The game', game, 'what defineGame made')
  if (typeof url !== 'string') badOption('The address', url, 'a text such as ws://127.0.0.1:4000')
  checkTypes(options)
  const { air } = options
  if (air !== undefined && typeof air?.wrap !== 'function') badOption('air', air, 'weather, or leave it out')
}

/** @throws `client/bad-content` for what is no version of client content; none is the empty text */
export function checkVersion(version: string): string {
  if (version === '' || (typeof version === 'string' && isDigest(version))) return version
  throw new ShardlessError(
    'client/bad-content',
    `'${version}' is no content version; give what an update told, 64 hexadecimal digits.`,
  )
}

/** @throws `client/bad-option` with what is wrong with the value of an option */
export function badOption(name: string, value: unknown, wanted: string): never {
  const shown = typeof value === 'string' ? `'${value.slice(0, 80)}'` : value === null ? 'null' : typeof value
  throw new ShardlessError('client/bad-option', `${name} is ${shown}; give ${wanted}.`)
}

function checkTypes(options: ClientOptions): void {
  if (typeof options !== 'object' || options === null)
    badOption('What a client is made with', options, '{ name }')
  const { name, token, character, account, map, reconnects, retry, onError } = options
  if (typeof name !== 'string') badOption('name', name, 'a text of 1 to 24 visible characters')
  for (const [key, value] of Object.entries({ token, character }))
    if (value !== undefined && typeof value !== 'string') badOption(key, value, 'a text, or leave it out')
  for (const [key, value] of Object.entries({ reconnects, retry }))
    if (value !== undefined && typeof value !== 'boolean') badOption(key, value, 'true or false')
  if (map !== undefined && typeof map !== 'function' && (typeof map !== 'object' || map === null))
    badOption('map', map, 'a map, or a function that finds one')
  if (onError !== undefined && typeof onError !== 'function') badOption('onError', onError, 'a function')
  if (account !== undefined) checkEntrance(account)
}

function checkEntrance(account: NonNullable<ClientOptions['account']>): void {
  if (typeof account !== 'object' || account === null) badOption('account', account, '{ do, name, password }')
  if (account.do !== 'login' && account.do !== 'register')
    badOption('account.do', account.do, "'login' or 'register'")
  for (const key of ['name', 'password'] as const)
    if (typeof account[key] !== 'string') badOption(`account.${key}`, account[key], 'a text')
}

function canBeSaid(text: string, bytesMax: number): boolean {
  return new TextEncoder().encode(text).length <= bytesMax && !HALF_A_PAIR.test(text)
}

/** With the flag `u`, whole pairs are characters of their own, and only halves are left as surrogates. */
const HALF_A_PAIR = /\p{Cs}/u
