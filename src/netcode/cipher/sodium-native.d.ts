/** The part of sodium-native this room uses; the package ships no types. */
declare module 'sodium-native' {
  export interface Sodium {
    crypto_aead_chacha20poly1305_ietf_encrypt(
      sealed: Uint8Array,
      plain: Uint8Array,
      associated: Uint8Array | null,
      secretNonce: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    crypto_aead_chacha20poly1305_ietf_decrypt(
      plain: Uint8Array,
      secretNonce: null,
      sealed: Uint8Array,
      associated: Uint8Array | null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    crypto_aead_xchacha20poly1305_ietf_encrypt: Sodium['crypto_aead_chacha20poly1305_ietf_encrypt']
    crypto_aead_xchacha20poly1305_ietf_decrypt: Sodium['crypto_aead_chacha20poly1305_ietf_decrypt']
    randombytes_buf(into: Uint8Array): void
  }
  const sodium: Sodium
  export default sodium
}
