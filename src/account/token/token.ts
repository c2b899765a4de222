import type { EpochMs, Role } from '../../store/index.ts'
import type { Hmac, SigningKey } from './signing-key.ts'

/** What a login token says. It holds until it expires, or until the account's generation is raised. */
export interface LoginToken {
  /** The world it is for; other worlds' servers refuse it. */
  readonly audience: string
  readonly account: string
  readonly role: Role
  readonly generation: number
  readonly expiresAt: EpochMs
}

/** Why a token is refused. For counting; its bearer learns only that it is. */
export type TokenFault = 'malformed' | 'unknown-key' | 'forged' | 'expired' | 'other-audience'

export type TokenRead =
  | { readonly is: 'token'; readonly token: LoginToken }
  | { readonly is: 'refused'; readonly fault: TokenFault }

const VERSION = 's1'
const TOKEN_LENGTH_MAX = 512
const FORM = /^s1\.([A-Za-z0-9_:-]{1,64})\.([A-Za-z0-9_-]{1,360})\.([A-Za-z0-9_-]{43})$/

/**
 * Writes a token as text [A20]: `s1.KEY.CLAIMS.SEAL`. CLAIMS is the JSON list of audience, account, role,
 * generation and expiry (ms since 1970), SEAL the HMAC-SHA-256 of all that stands before its dot; both in
 * base64url.
 */
export function writeToken(token: LoginToken, key: SigningKey, hmac: Hmac): string {
  const { audience, account, role, generation, expiresAt } = token
  const claims = JSON.stringify([audience, account, role, generation, expiresAt])
  const body = `${VERSION}.${key.id}.${base64url(new TextEncoder().encode(claims))}`
  return `${body}.${base64url(key.seal(body, hmac))}`
}

/**
 * Reads a stranger's text. Nothing of it is looked at before the seal holds, and the seal is compared in constant
 * time.
 */
export function readToken(
  text: string,
  { keys, hmac, audience, now }: { keys: readonly SigningKey[]; hmac: Hmac; audience: string; now: EpochMs },
): TokenRead {
  const refused = (fault: TokenFault): TokenRead => ({ is: 'refused', fault })
  const match = text.length <= TOKEN_LENGTH_MAX ? FORM.exec(text) : null
  if (match === null) return refused('malformed')
  const key = keys.find(({ id, expiresAt }) => id === match[1] && now < expiresAt)
  if (key === undefined) return refused('unknown-key')
  const seal = base64url(key.seal(text.slice(0, text.lastIndexOf('.')), hmac))
  if (!equalInConstantTime(seal, match[3])) return refused('forged')
  const token = readClaims(match[2])
  if (token === undefined) return refused('malformed')
  if (token.audience !== audience) return refused('other-audience')
  return now < token.expiresAt ? { is: 'token', token } : refused('expired')
}

/** Reads claims whose seal is good: another program that shares the key may have sealed something else. */
function readClaims(text: string): LoginToken | undefined {
  let claims: unknown
  try {
    claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(text)))
  } catch {
    return undefined
  }
  if (!Array.isArray(claims) || claims.length !== 5) return undefined
  const [audience, account, role, generation, expiresAt] = claims
  const isFit =
    typeof audience === 'string' &&
    typeof account === 'string' &&
    (role === 'player' || role === 'staff' || role === 'owner') &&
    Number.isSafeInteger(generation) &&
    Number.isSafeInteger(expiresAt)
  return isFit ? { audience, account, role, generation, expiresAt } : undefined
}

/** Returns whether two texts are the same, in a time that depends on their lengths only. */
export function equalInConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}

/** Makes the id of a new account or character: 120 random bits. */
export function newId(randomSecret: (bytes: number) => Uint8Array): string {
  return base64url(randomSecret(15))
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function base64url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const digits = Math.min(4, bytes.length - i + 1)
    for (let digit = 0; digit < digits; digit++) text += DIGITS[(word >> (18 - 6 * digit)) & 63]
  }
  return text
}

function fromBase64url(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let at = 0
  let word = 0
  let bits = 0
  for (const digit of text) {
    word = ((word << 6) | DIGITS.indexOf(digit)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (word >> bits) & 0xff
  }
  return bytes
}
