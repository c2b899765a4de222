import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hex } from '../../core/index.ts'
import { type Cipher, KEY_BYTES, LONG_NONCE_BYTES, NONCE_BYTES, TAG_BYTES } from './cipher.ts'

const unhex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** The text sealed in RFC 8439 section 2.8.2 and draft-irtf-cfrg-xchacha-03 section A.3.1. */
const sunscreen = new TextEncoder().encode(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
)
const key = Uint8Array.from({ length: KEY_BYTES }, (_, i) => 0x80 + i)
const associated = unhex('50515253c0c1c2c3c4c5c6c7')

/** Tests the facts that every `Cipher` must show. */
export function testCipher(name: string, load: () => Cipher | Promise<Cipher>): void {
  const boxes = async () => {
    const cipher = await load()
    return [
      { nonce: unhex('070000004041424344454647'), tag: '1ae10b594f09e26a7e902ecbd0600691', ...short(cipher) },
      {
        nonce: Uint8Array.from({ length: LONG_NONCE_BYTES }, (_, i) => 0x40 + i),
        tag: 'c0875924c1c7987947deafd8780acf49',
        ...long(cipher),
      },
    ]
  }

  test(`[S1] ${name}: the published example of each box gives the published tag and opens again`, async () => {
    for (const { nonce, tag, seal, open } of await boxes()) {
      const sealed = new Uint8Array(sunscreen.length + TAG_BYTES)
      seal(sealed, sunscreen, { associated, nonce, key })
      assert.equal(hex(sealed.subarray(sunscreen.length)), tag)
      const plain = new Uint8Array(sunscreen.length)
      assert.equal(open(plain, sealed, { associated, nonce, key }), true)
      assert.deepEqual(plain, sunscreen)
    }
  })

  test(`[S1] ${name}: one changed bit in any part and the seal does not hold`, async () => {
    for (const { nonce, seal, open } of await boxes()) {
      const sealed = new Uint8Array(8 + TAG_BYTES)
      seal(sealed, sunscreen.subarray(0, 8), { associated, nonce, key })
      const plain = new Uint8Array(8)
      const parts = { sealed, associated: associated.slice(), nonce: nonce.slice(), key: key.slice() }
      for (const part of Object.values(parts)) {
        for (let i = 0; i < part.length; i++) {
          part[i] ^= 1
          assert.equal(open(plain, parts.sealed, parts), false)
          part[i] ^= 1
        }
      }
      assert.equal(open(plain, parts.sealed, parts), true)
    }
  })

  test(`[S1] ${name}: nothing at all can be sealed, with nothing associated`, async () => {
    for (const { nonce, seal, open } of await boxes()) {
      const none = new Uint8Array(0)
      const sealed = new Uint8Array(TAG_BYTES)
      seal(sealed, none, { associated: none, nonce, key })
      assert.equal(open(none, sealed, { associated: none, nonce, key }), true)
      sealed[0] ^= 1
      assert.equal(open(none, sealed, { associated: none, nonce, key }), false)
    }
  })

  test(`[S1] ${name}: random bytes have the length asked for and do not repeat`, async () => {
    const cipher = await load()
    assert.equal(cipher.randomBytes(0).length, 0)
    assert.equal(cipher.randomBytes(NONCE_BYTES).length, NONCE_BYTES)
    assert.notDeepEqual(cipher.randomBytes(KEY_BYTES), cipher.randomBytes(KEY_BYTES))
  })
}

const short = (cipher: Cipher): Pick<Cipher, 'seal' | 'open'> => ({ seal: cipher.seal, open: cipher.open })
const long = (cipher: Cipher): Pick<Cipher, 'seal' | 'open'> => ({
  seal: cipher.sealLong,
  open: cipher.openLong,
})
