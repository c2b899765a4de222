/** The overhead of a sealed packet on the wire, in bytes: IPv4 and UDP, and the seal [S13]. */
export const SEALED_HEADER_BYTES = 28 + 22
