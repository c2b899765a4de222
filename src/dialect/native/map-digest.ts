const ZEROS = '0'.repeat(48)

/**
 * A piece of a map as it is asked for among client content: its hash, and 24 zero bytes after it [N34]. No SHA-256
 * is like that.
 */
export function mapDigest(hash: string): string {
  return hash + ZEROS
}

/** The hash of the piece of a map that this names; undefined for what names client content. */
export function readMapDigest(sha256: string): string | undefined {
  return sha256.endsWith(ZEROS) ? sha256.slice(0, -ZEROS.length) : undefined
}
