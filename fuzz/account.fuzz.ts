/**
 * What strangers send about accounts. The first byte chooses: a name, a token, a stored hash, a form. Reading never
 * throws; a name that is taken is shown and found by the same key ever after; no token that was not sealed here is
 * taken; a hash that was read writes the same text.
 */
import assert from 'node:assert/strict'
import { readForm } from '../src/account/form.ts'
import {
  hmacSha256,
  nameKey,
  readName,
  readPhc,
  readToken,
  SigningKey,
  writePhc,
  writeToken,
} from '../src/account/index.node.ts'

const key = new SigningKey({
  id: 'k1',
  secret: new Uint8Array(32).fill(7),
  createdAt: 0,
  expiresAt: 1e15,
})
const good = writeToken(
  { audience: 'town', account: 'x', role: 'player', generation: 1, expiresAt: 1e14 },
  key,
  hmacSha256,
)
const hash = writePhc({
  memory: 8,
  passes: 1,
  lanes: 1,
  salt: new Uint8Array(16),
  tag: new Uint8Array(32).fill(3),
})
const input = (first: number, text: string): Uint8Array =>
  Uint8Array.from([first, ...new TextEncoder().encode(text)])

export const seeds: Uint8Array[] = [
  ...['Ada Lovelace', 'Жанна', 'ﬁne', 'İpek-ΑΒ', '山田たろう', 'e\u0301\u0301x', 'x\u202ey'].map((name) =>
    input(0, name),
  ),
  input(1, good),
  input(2, hash),
  input(3, '{"name":"Ada","password":"correct horse"}'),
  input(4, '{"name":"Bob","reason":"","seconds":3}'),
]

export function fuzz(bytes: Uint8Array): void {
  const text = new TextDecoder().decode(bytes.subarray(1))
  if (bytes[0] === 1) {
    const read = readToken(text, { keys: [key], hmac: hmacSha256, audience: 'town', now: 1 })
    assert.equal(read.is === 'token', text === good)
  } else if (bytes[0] === 2) {
    const read = readPhc(text)
    if (read) assert.equal(readPhc(writePhc(read))?.memory, read.memory)
  } else if (bytes[0] === 3 || bytes[0] === 4) readForm(bytes[0] === 3 ? 'login' : 'ban', text)
  else {
    const read = readName(text)
    if (read.is === 'refused') return
    assert.ok(read.key.length > 0 && read.key.length <= 128, text)
    assert.equal(nameKey(read.name), read.key)
    assert.equal(nameKey(read.key), read.key, 'a key is its own key')
    const again = readName(read.name)
    assert.ok(again.is === 'name' && again.name === read.name && again.key === read.key, text)
  }
}
