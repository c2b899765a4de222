const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Below this many characters or bytes a plain loop beats the platform's coder. */
const SHORT = 48

/**
 * Text as UTF-8 (RFC 3629).
 *
 * @returns undefined when a surrogate stands alone, which UTF-8 cannot say
 */
export function toUtf8(text: string): Uint8Array | undefined {
  return text.isWellFormed() ? encoder.encode(text) : undefined
}

/** @returns undefined when the bytes are not UTF-8: cut short, over-long, surrogates, above U+10FFFF */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  if (bytes.length <= SHORT) {
    let text = ''
    let i = 0
    while (i < bytes.length && bytes[i] < 0x80) text += String.fromCharCode(bytes[i++])
    if (i === bytes.length) return text
  }
  return isUtf8(bytes) ? decoder.decode(bytes) : undefined
}

/** Whether the bytes are well-formed UTF-8, after table 3-7 of the Unicode Standard. */
export function isUtf8(bytes: Uint8Array): boolean {
  let i = 0
  while (i < bytes.length) {
    const lead = bytes[i++]
    if (lead < 0x80) continue
    const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0
    if (more === 0 || i + more > bytes.length) return false
    const second = bytes[i]
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    if (second < least || second > most) return false
    for (let k = 1; k < more; k++) if ((bytes[i + k] & 0xc0) !== 0x80) return false
    i += more
  }
  return true
}
