import { createRequire } from 'node:module'
import type { Sodium } from 'sodium-native'
import type { Cipher } from './cipher.ts'
import { loadSodium } from './sodium.ts'

/** The addon, loaded when it is first needed: whoever uses no datagrams does without, also where it cannot load. */
const addon = lazily((): Sodium => createRequire(import.meta.url)('sodium-native'))

/**
 * libsodium for Node: the native addon, or where that cannot load (no build for the platform, a C library that it
 * does not know) the one in WebAssembly, which seals at a fifth of the speed.
 */
export async function loadNodeSodium(load: () => unknown = addon): Promise<Cipher> {
  try {
    load()
    return nodeSodium
  } catch {
    return loadSodium()
  }
}

/**
 * libsodium as a native addon. A seal costs about 0.8 us at 100 bytes; a forged one about 4 us more, because the
 * addon says no by throwing. Each call throws where the addon cannot load.
 */
export const nodeSodium: Cipher = {
  seal(sealed, plain, { associated, nonce, key }) {
    addon().crypto_aead_chacha20poly1305_ietf_encrypt(sealed, plain, associated, null, nonce, key)
  },
  open(plain, sealed, { associated, nonce, key }) {
    const sodium = addon()
    try {
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plain, null, sealed, associated, nonce, key)
      return true
    } catch {
      return false
    }
  },
  sealLong(sealed, plain, { associated, nonce, key }) {
    addon().crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, plain, associated, null, nonce, key)
  },
  openLong(plain, sealed, { associated, nonce, key }) {
    const sodium = addon()
    try {
      sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, sealed, associated, nonce, key)
      return true
    } catch {
      return false
    }
  },
  randomBytes(length) {
    const bytes = new Uint8Array(length)
    addon().randombytes_buf(bytes)
    return bytes
  },
}

/** What is made on the first call, and kept. */
function lazily<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made ??= make())
}
