import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { RandomSecret } from './key-ring.ts'
import type { Hmac } from './signing-key.ts'

export const hmacSha256: Hmac = (secret, text) => createHmac('sha256', secret).update(text).digest()

export const randomSecret: RandomSecret = (bytes) => randomBytes(bytes)

/** Makes a secret that is used once, such as the one that resumes a session: 256 bits, 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Returns what to keep of such a secret: reading the store gives no one the secret. 64 hexadecimal digits. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
