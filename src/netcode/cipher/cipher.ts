/**
 * The cryptography netcode 1.02 asks for, and nothing else: two sealed boxes and random bytes. libsodium provides
 * it twice (`sodium.node.ts`, `sodium.ts`); `cipher.suite.ts` holds both to the same facts.
 *
 * Lengths are the caller's duty: a wrong one is a mistake of this room and may throw.
 */
export interface Cipher {
  /**
   * Seals with ChaCha20-Poly1305 (RFC 8439).
   *
   * @param sealed  where it goes, plain.length + TAG_BYTES; must not overlap `plain`
   * @param parts   nonce: NONCE_BYTES, never twice under one key; key: KEY_BYTES
   */
  seal(sealed: Uint8Array, plain: Uint8Array, parts: SealParts): void
  /**
   * Opens what `seal` made.
   *
   * @param plain  where it goes, sealed.length - TAG_BYTES; its content is worthless when the answer is false
   * @returns      whether the seal holds
   */
  open(plain: Uint8Array, sealed: Uint8Array, parts: SealParts): boolean
  /** As `seal`, with XChaCha20-Poly1305: the nonce is LONG_NONCE_BYTES and may be drawn at random. */
  sealLong(sealed: Uint8Array, plain: Uint8Array, parts: SealParts): void
  /** As `open`, for `sealLong`. */
  openLong(plain: Uint8Array, sealed: Uint8Array, parts: SealParts): boolean
  /** Draws fresh bytes that nobody can guess. */
  randomBytes(length: number): Uint8Array
}

export interface SealParts {
  /** Sealed but not hidden: the other side must present the same bytes. May be empty. */
  readonly associated: Uint8Array
  readonly nonce: Uint8Array
  readonly key: Uint8Array
}

export const KEY_BYTES = 32
export const TAG_BYTES = 16
export const NONCE_BYTES = 12
export const LONG_NONCE_BYTES = 24
