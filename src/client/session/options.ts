/** Checks a client's options before anything is sent. */
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
import type { StopSignal } from './stop-signal.ts'

export interface ClientOptions {
  /**
   * The name to play under: 1 to 24 visible characters, in at most 64 bytes of UTF-8 (21 Chinese ones). Empty, with a
   * token or an account, for a character that has one.
   */
  readonly name: string
  /** A login token: whoever connects with one plays a character that is kept. */
  readonly token?: string
  /** The id of the character to play; the one that played last when left out, or a new one. */
  readonly character?: string
  /**
   * Logs in or registers over the connection itself, for players without a token. The connection has to be an
   * encrypted one.
   */
  readonly account?: AccountEntry
  /**
   * The map, on which the own character is predicted ahead of the server's answer. One map, or a function called
   * for each map that the player comes to, such as `MapKeeper.source`. A map other than the server's is not used:
   * see `stats.mapTrouble`.
   */
  readonly map?: MapSource
  /** Whether to reconnect by itself when the connection is lost. Yes when left out. */
  readonly reconnects?: boolean
  /**
   * Whether to retry a first connection that fails too, after the same growing waits. No when left out: the address
   * may be wrong. A failure that no retry can mend ends it either way.
   */
  readonly retry?: boolean
  /**
   * The client content's version, 64 hexadecimal digits: a server with another one says so. It names none when left
   * out.
   */
  readonly content?: string
  /**
   * Called with what the program's own code threw: a listener, a `map` function, the game's `step`. Each stands
   * alone, and everything else goes on. Each place reports at most one in ten seconds. Goes to the console when
   * left out.
   */
  readonly onError?: (mistake: GameMistake) => void
}

/**
 * Finds options that no server could accept: an invalid name, a token or id too long to be sent.
 *
 * @returns the refusal that a server would give; undefined when nothing is wrong
 * @throws `client/bad-option` for an option of another type, `client/bad-content` for what is no content version
 */
export function troubleWith(options: ClientOptions): Refused | undefined {
  checkTypes(options)
  const { name, token = '', character = '', account, content } = options
  checkVersion(content ?? '')
  // With a token or an account the name may be empty: the character has one.
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

/** Checks the arguments of `connect`. @returns the addresses @throws `client/bad-option` for those of another type */
export function checkArguments(
  game: AnyGame,
  url: string | readonly string[],
  options: ClientOptions & { readonly air?: Air; readonly signal?: StopSignal },
): readonly string[] {
  if (typeof game?.fingerprint !== 'string') badOption('The game', game, 'what defineGame made')
  const urls = Array.isArray(url) ? (url as readonly string[]) : [url as string]
  if (urls.length === 0) badOption('The address', url, 'at least one such as ws://127.0.0.1:4000')
  for (const one of urls) checkUrl(one)
  checkTypes(options)
  checkAir(options)
  const { signal } = options
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    badOption('signal', signal, 'the signal of an AbortController')
  return urls
}

/** Checks an address. @throws `client/bad-option` for one that is no text */
export function checkUrl(url: string): void {
  if (typeof url !== 'string') badOption('The address', url, 'a text such as ws://127.0.0.1:4000')
}

/** Checks the layer below a client. @throws `client/bad-option` for what is none */
export function checkAir({ air }: { readonly air?: Air }): void {
  if (air !== undefined && typeof air?.wrap !== 'function') badOption('air', air, 'weather, or leave it out')
}

/** Returns the version if it is one; the empty text names none. @throws `client/bad-content` for anything else */
export function checkVersion(version: string): string {
  if (version === '' || (typeof version === 'string' && isDigest(version))) return version
  throw new ShardlessError(
    'client/bad-content',
    `'${version}' is no content version; give what an update told, 64 hexadecimal digits.`,
  )
}

/** Throws for an option with a wrong value. @throws `client/bad-option` that says what is wrong with it */
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

/** Matches half a surrogate pair: with the flag `u`, a whole pair counts as one character and does not match. */
const HALF_A_PAIR = /\p{Cs}/u
