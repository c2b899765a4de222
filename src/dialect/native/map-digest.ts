const ZEROS = '0'.repeat(48)

/**
 * Returns the digest by which a piece of a map is requested among client content: its hash, followed by 24 zero
 * bytes [N34]. No SHA-256 looks like that.
 */
export function mapDigest(hash: string): string {
  return hash + ZEROS
}

/** Returns the hash of the map piece that a digest names; undefined for a digest of client content. */
export function readMapDigest(sha256: string): string | undefined {
  return sha256.endsWith(ZEROS) ? sha256.slice(0, -ZEROS.length) : undefined
}
