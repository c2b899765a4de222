const BYTES_MIN = 8
const BYTES_MAX = 1024

/** Passwords that are tried first everywhere; a few of the worst. */
const COMMON = new Set(
  `password password1 password123 passw0rd 12345678 123456789 1234567890 87654321 11111111 00000000 qwertyui qwertyuiop
  qwerty123 1q2w3e4r 1qaz2wsx iloveyou sunshine princess football baseball superman trustno1 abcd1234 abc12345 letmein1
  welcome1 whatever starwars computer dragon12 monkey12 asdfghjk asdfasdf zaq12wsx changeme`.split(/\s+/),
)

/** Returns what is wrong with a new password, as a sentence; undefined for a good one [A6]. */
export function passwordProblem(password: string, name: string): string | undefined {
  const { length } = passwordBytes(password)
  if (!password.isWellFormed() || length < BYTES_MIN || length > BYTES_MAX)
    return `A password has ${BYTES_MIN} to ${BYTES_MAX} bytes.`
  const folded = password.toLowerCase()
  if (COMMON.has(folded) || new Set(folded).size < 3)
    return 'That password is among the first that are guessed.'
  if (folded === name.toLowerCase()) return 'A password is not the name.'
  return undefined
}

/** Returns the bytes of a password to hash, in one form (NFKC): two keyboards may write the same letters in two. */
export function passwordBytes(password: string): Uint8Array {
  // Longer than this it is refused, whatever its form is.
  if (password.length > BYTES_MAX) return new Uint8Array(BYTES_MAX + 1)
  return new TextEncoder().encode(password.normalize('NFKC'))
}

/** `busy`: too many others are being hashed; ask again in a second. */
export type Hashed = { readonly is: 'hashed'; readonly hash: string } | { readonly is: 'busy' }

export type Verified =
  /** `isOld`: hashed at a lower cost than is usual now; hash it again. */
  { readonly is: 'right'; readonly isOld: boolean } | { readonly is: 'wrong' } | { readonly is: 'busy' }

/** Hashes passwords, a bounded number at a time. `createPasswords` of `shardless/account/node` makes one. */
export interface Passwords {
  hash(password: string): Promise<Hashed>
  /** @param hash  undefined where there is none: that takes as long as a wrong password does */
  verify(password: string, hash: string | undefined): Promise<Verified>
}
