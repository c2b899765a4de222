import sodium from 'sodium-native'
import type { Cipher } from './cipher.ts'

/**
 * libsodium as a native addon, for Node. A seal costs about 0.8 us at 100 bytes; a forged one about 4 us more, because
 * the addon says no by throwing.
 */
export const nodeSodium: Cipher = {
  seal(sealed, plain, { associated, nonce, key }) {
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(sealed, plain, associated, null, nonce, key)
  },
  open(plain, sealed, { associated, nonce, key }) {
    try {
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plain, null, sealed, associated, nonce, key)
      return true
    } catch {
      return false
    }
  },
  sealLong(sealed, plain, { associated, nonce, key }) {
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, plain, associated, null, nonce, key)
  },
  openLong(plain, sealed, { associated, nonce, key }) {
    try {
      sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, sealed, associated, nonce, key)
      return true
    } catch {
      return false
    }
  },
  randomBytes(length) {
    const bytes = new Uint8Array(length)
    sodium.randombytes_buf(bytes)
    return bytes
  },
}
