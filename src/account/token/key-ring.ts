import type { EpochMs, Keys } from '../../store/index.ts'
import { SigningKey } from './signing-key.ts'

/** Draws fresh random bytes, fit for secrets (`randomSecret` of `shardless/account/node`). */
export type RandomSecret = (bytes: number) => Uint8Array

export interface KeyRingOptions {
  /** Where keys are kept: a store's, or a file's (`openKeyFile`). */
  readonly keys: Keys
  readonly purpose: string
  readonly randomSecret: RandomSecret
  /** How long a key signs, in ms; a day when left out. */
  readonly rotateMs?: number
  /** How long a token that it signed may live, in ms. */
  readonly tokenMs: number
}

const SECRET_BYTES = 32

/**
 * The keys that sign tokens [A21]. The newest signs; older ones stay valid until everything they signed has
 * expired. Several servers that share a store share the keys.
 */
export class KeyRing {
  readonly #options: Required<KeyRingOptions>
  #known: readonly SigningKey[] = []
  #readAt = Number.NEGATIVE_INFINITY

  constructor(options: KeyRingOptions) {
    this.#options = { rotateMs: 24 * 60 * 60_000, ...options }
  }

  /** Returns the keys valid now, newest last. Reads the store once a minute, and when told to. */
  async keys(now: EpochMs, isStale = false): Promise<readonly SigningKey[]> {
    if (isStale || Math.abs(now - this.#readAt) >= READ_MS) await this.#read(now)
    return this.#known.filter(({ expiresAt }) => now < expiresAt)
  }

  /** Returns the key that signs now; a new one when the newest has had its time. */
  async signing(now: EpochMs): Promise<SigningKey> {
    const { rotateMs } = this.#options
    const isYoung = (key: SigningKey | undefined): key is SigningKey =>
      key !== undefined && Math.abs(now - key.createdAt) < rotateMs
    const known = (await this.keys(now)).at(-1)
    if (isYoung(known)) return known
    // Another server may have made one a moment ago.
    const seen = (await this.keys(now, true)).at(-1)
    if (isYoung(seen)) return seen
    await this.#add(now)
    return (await this.keys(now, true)).at(-1)!
  }

  async #add(now: EpochMs): Promise<void> {
    const { keys, purpose, randomSecret, rotateMs, tokenMs } = this.#options
    const id = Array.from(randomSecret(8), (byte) => byte.toString(16).padStart(2, '0')).join('')
    const expiresAt = now + rotateMs + tokenMs
    await keys.add({ id, purpose, secret: randomSecret(SECRET_BYTES), createdAt: now, expiresAt })
  }

  async #read(now: EpochMs): Promise<void> {
    const { keys, purpose } = this.#options
    const all = await keys.list(purpose)
    for (const { id, expiresAt } of all) if (expiresAt <= now) await keys.remove(id)
    this.#known = all.filter(({ expiresAt }) => now < expiresAt).map((key) => new SigningKey(key))
    this.#readAt = now
  }
}

/** How many ms until another server's new key is seen, at most; at once when a token names it. */
const READ_MS = 60_000
