/** A SHA-256 that takes its bytes piece by piece. */
export interface RunningHash {
  update(bytes: Uint8Array): void
  /** Returns 64 lower-case hexadecimal digits. Do not use the hash afterwards. */
  digest(): string
}

/** Begins a SHA-256: the platform's, handed in by the root (`sha256` of `shardless/content/node`). */
export type Sha256 = () => RunningHash

export function digestOf(sha256: Sha256, bytes: Uint8Array): string {
  const hash = sha256()
  hash.update(bytes)
  return hash.digest()
}

export const isDigest = (text: unknown): text is string =>
  typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)
