/** Returns whether two byte strings are the same. Not constant-time: never for secrets. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Writes bytes as lower-case hexadecimal, two digits a byte. */
export function hex(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += bytes[i].toString(16).padStart(2, '0')
  return text
}

/** Reads what `hex` wrote: the bytes of an even number of hexadecimal digits. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** Joins all parts in one new byte string. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const encoder = new TextEncoder()

/** Writes a text as UTF-8, cut between two characters when it has more than `bytesMax` bytes. */
export function textBytes(text: string, bytesMax: number): Uint8Array {
  const whole = encoder.encode(text)
  if (whole.length <= bytesMax) return whole
  let end = bytesMax
  while ((whole[end] & 0xc0) === 0x80) end--
  return whole.subarray(0, end)
}
