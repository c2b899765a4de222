import type { Cipher } from './cipher.ts'

/**
 * Loads libsodium compiled to WebAssembly: for browsers, and for Node where the addon does not load. It is loaded
 * on the first call only.
 */
export async function loadSodium(): Promise<Cipher> {
  const { default: sodium } = await import('libsodium-wrappers')
  await sodium.ready
  return {
    seal(sealed, plain, { associated, nonce, key }) {
      sealed.set(sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plain, associated, null, nonce, key))
    },
    open(plain, sealed, { associated, nonce, key }) {
      try {
        plain.set(sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, associated, nonce, key))
        return true
      } catch {
        return false
      }
    },
    sealLong(sealed, plain, { associated, nonce, key }) {
      sealed.set(sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, associated, null, nonce, key))
    },
    openLong(plain, sealed, { associated, nonce, key }) {
      try {
        plain.set(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, associated, nonce, key))
        return true
      } catch {
        return false
      }
    },
    randomBytes: (length) => sodium.randombytes_buf(length),
  }
}
