import type { EpochMs, Key } from '../../store/index.ts'

/** HMAC-SHA-256, 32 bytes: the platform's, handed in by the root (`hmacSha256` of `shardless/account/node`). */
export type Hmac = (secret: Uint8Array, text: string) => Uint8Array

/** A key as its users have it: it seals texts, and shows its secret to nobody, printed or read. */
export class SigningKey {
  readonly id: string
  readonly createdAt: EpochMs
  /** From then on nothing that it signed is accepted. */
  readonly expiresAt: EpochMs
  readonly #secret: Uint8Array

  constructor({ id, createdAt, expiresAt, secret }: Omit<Key, 'purpose'>) {
    this.id = id
    this.createdAt = createdAt
    this.expiresAt = expiresAt
    this.#secret = secret
  }

  /** @returns the 32 bytes that prove that a text was written by who has this key */
  seal(text: string, hmac: Hmac): Uint8Array {
    return hmac(this.#secret, text)
  }
}
