/** What a sealed packet costs on the wire besides its content, in bytes: IPv4 and UDP, and the seal [S13]. */
export const SEALED_HEADER_BYTES = 28 + 22
