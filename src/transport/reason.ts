import { textBytes } from '../core/index.ts'

/** What a close frame has room for: 125 bytes less its two-byte code (RFC 6455, 5.5 and 5.5.1). */
export const REASON_BYTES_MAX = 123

const decoder = new TextDecoder()

/** Writes the reason as UTF-8, cut between two characters when it is longer than a closing can carry. */
export function reasonBytes(reason: string): Uint8Array {
  return textBytes(reason, REASON_BYTES_MAX)
}

/** As `reasonBytes`, as text: what the peer will read. */
export function shortReason(reason: string): string {
  return decoder.decode(reasonBytes(reason))
}

/** Reads a peer's reason; broken UTF-8 reads as replacement characters. */
export function readReason(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** Says why a stream is closed on a peer that sends too much at once. */
export function tooLarge(packetBytesMax: number): string {
  return `a packet was larger than ${packetBytesMax} bytes`
}

/** The reason when the peer said nothing: its process died, or the network did. */
export const connectionLost = 'connection lost'
