import { createCipheriv, createDecipheriv } from 'node:crypto'

/**
 * The two sealed boxes of the standard, from other cryptography than the one under test: ChaCha20-Poly1305 from
 * OpenSSL, and the step from there to XChaCha20 (HChaCha20, draft-irtf-cfrg-xchacha-03 section 2.2) written out
 * here.
 */
export interface Box {
  readonly key: Uint8Array
  /** 12 bytes, or 24 for XChaCha20. */
  readonly nonce: Uint8Array
  readonly associated: Uint8Array
}

const options = { authTagLength: 16 } as const

export function seal(plain: Uint8Array, box: Box): Uint8Array {
  const { key, nonce, associated } = narrow(box)
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, options)
  cipher.setAAD(associated, { plaintextLength: plain.length })
  return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
}

/** @returns undefined when the seal does not hold */
export function open(sealed: Uint8Array, box: Box): Uint8Array | undefined {
  const { key, nonce, associated } = narrow(box)
  const length = sealed.length - 16
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, options)
  decipher.setAAD(associated, { plaintextLength: length })
  decipher.setAuthTag(sealed.subarray(length))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()]))
  } catch {
    return undefined
  }
}

/**
 * Narrows XChaCha20 to ChaCha20: the key is made from the first 16 bytes of the nonce, the new nonce from the last
 * 8.
 */
function narrow(box: Box): Box {
  if (box.nonce.length === 12) return box
  const nonce = new Uint8Array(12)
  nonce.set(box.nonce.subarray(16), 4)
  return { key: hchacha20(box.key, box.nonce.subarray(0, 16)), nonce, associated: box.associated }
}

const rounds = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
]

function hchacha20(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const input = new Uint8Array(64)
  input.set(new TextEncoder().encode('expand 32-byte k'))
  input.set(key, 16)
  input.set(nonce, 48)
  const view = new DataView(input.buffer)
  const words = Int32Array.from({ length: 16 }, (_, i) => view.getInt32(4 * i, true))
  const turn = (to: number, by: number, into: number, count: number): void => {
    words[to] += words[by]
    const mixed = words[into] ^ words[to]
    words[into] = (mixed << count) | (mixed >>> (32 - count))
  }
  for (let i = 0; i < 10; i++) {
    for (const [a, b, c, d] of rounds) {
      turn(a, b, d, 16)
      turn(c, d, b, 12)
      turn(a, b, d, 8)
      turn(c, d, b, 7)
    }
  }
  const subkey = new Uint8Array(32)
  const out = new DataView(subkey.buffer)
  for (let i = 0; i < 4; i++) {
    out.setInt32(4 * i, words[i], true)
    out.setInt32(16 + 4 * i, words[12 + i], true)
  }
  return subkey
}
