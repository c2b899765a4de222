import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { createMemoryStore } from '../../store/index.ts'
import { openKeyFile } from './key-file.node.ts'
import { KeyRing } from './key-ring.ts'
import { hashToken, hmacSha256 as hmac, newToken, randomSecret } from './secret.node.ts'
import { SigningKey } from './signing-key.ts'
import { base64url, equalInConstantTime, type LoginToken, readToken, writeToken } from './token.ts'

const NOW = 1_700_000_000_000
const SECRETS = { a: new Uint8Array(32).fill(97), b: new Uint8Array(32).fill(98), none: new Uint8Array(32) }
const key = (id: 'a' | 'b', { expiresAt = NOW + 1e6, secret = SECRETS[id] } = {}): SigningKey =>
  new SigningKey({ id, secret, createdAt: NOW, expiresAt })
const keys = [key('a'), key('b')]
const token: LoginToken = {
  audience: 'town',
  account: 'x-1',
  role: 'player',
  generation: 3,
  expiresAt: NOW + 1000,
}
const read = (text: string, options: Partial<Parameters<typeof readToken>[1]> = {}) =>
  readToken(text, { keys, hmac, audience: 'town', now: NOW, ...options })
const fault = (...args: Parameters<typeof read>): string => {
  const one = read(...args)
  return one.is === 'refused' ? one.fault : 'good'
}

describe('[A20] a token', () => {
  test('reads back under the key that it names, until the moment it expires', () => {
    for (const one of keys) assert.deepEqual(read(writeToken(token, one, hmac)), { is: 'token', token })
    const text = writeToken(token, keys[0], hmac)
    assert.equal(fault(text, { now: NOW + 999 }), 'good')
    assert.equal(fault(text, { now: NOW + 1000 }), 'expired')
    assert.equal(fault(text, { audience: 'city' }), 'other-audience')
    assert.equal(fault(text, { keys: [key('b')] }), 'unknown-key')
    assert.equal(
      fault(text, { keys: [key('a', { expiresAt: NOW })] }),
      'unknown-key',
      'a key that has expired',
    )
    assert.equal(fault(text, { keys: [key('a', { secret: SECRETS.none })] }), 'forged')
    assert.ok(text.length < 200, `${text.length}`)
  })

  test('with any character changed, left out or added is none', () => {
    const text = writeToken(token, keys[0], hmac)
    for (let i = 0; i < text.length; i++) {
      for (const other of ['A', 'b', '.', '', `${text[i]}A`]) {
        const bent = text.slice(0, i) + other + text.slice(i + 1)
        if (bent !== text) assert.notEqual(fault(bent), 'good', bent)
      }
    }
    for (const bad of ['', 's1...', 'x'.repeat(1e6), text.replace('s1', 's2')])
      assert.equal(fault(bad), 'malformed')
  })

  test('that is sealed well and says nonsense is none', () => {
    for (const claims of [
      '',
      '{}',
      '[]',
      '["town","x","king",1,9e15]',
      '["town","x","player","1",9e15]',
      '\xff',
      '[1,2,3,4,5]',
    ]) {
      const body = `s1.a.${base64url(new TextEncoder().encode(claims)) || 'AA'}`
      assert.equal(fault(`${body}.${base64url(keys[0].seal(body, hmac))}`), 'malformed', claims)
    }
  })

  test('is compared without saying where it differs', () => {
    assert.ok(equalInConstantTime('', '') && equalInConstantTime('abc', 'abc'))
    assert.ok(
      !equalInConstantTime('abc', 'abd') &&
        !equalInConstantTime('abc', 'ab') &&
        !equalInConstantTime('', 'a'),
    )
  })
})

describe('[A21] a key ring', () => {
  const HOUR = 3_600_000
  const ring = (store: ReturnType<typeof createMemoryStore>) =>
    new KeyRing({
      keys: store.keys,
      purpose: 'login-token',
      randomSecret,
      rotateMs: 24 * HOUR,
      tokenMs: 12 * HOUR,
    })

  test('signs with the newest key, and believes the one before until what it signed has expired', async () => {
    const one = ring(createMemoryStore())
    const first = await one.signing(NOW)
    assert.equal((await one.signing(NOW + 24 * HOUR - 1)).id, first.id)
    const second = await one.signing(NOW + 24 * HOUR)
    assert.notEqual(second.id, first.id)
    const ids = async (now: number): Promise<string[]> => (await one.keys(now, true)).map(({ id }) => id)
    assert.deepEqual(await ids(NOW + 36 * HOUR - 1), [first.id, second.id])
    assert.deepEqual(await ids(NOW + 36 * HOUR), [second.id])
    assert.equal(second.seal('text', (secret) => secret).length, 32)
  })

  test('shows its secrets to nobody: not printed, not as JSON, nor does the store or the file that keeps them', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'shardless-keys-'))
    context.after(() => rmSync(folder, { recursive: true }))
    for (const keys of [createMemoryStore().keys, openKeyFile(join(folder, 'keys'))]) {
      const one = new KeyRing({ keys, purpose: 'login-token', randomSecret, tokenMs: HOUR })
      const signing = await one.signing(NOW)
      const listed = await keys.list('login-token')
      const secret = listed[0].secret
      for (const shown of [one, signing, await one.keys(NOW), listed]) {
        const seen = `${inspect(shown, { depth: null, showHidden: true })} ${JSON.stringify(shown)}`
        for (const trace of [[...secret].join(', '), `"3":${secret[3]},"4":${secret[4]},`])
          assert.ok(!seen.includes(trace), seen)
      }
      assert.match(JSON.stringify(listed), /"purpose":"login-token"/)
    }
  })

  test('is shared by the servers of one store', async () => {
    const store = createMemoryStore()
    const [one, other] = [ring(store), ring(store)]
    const key = await one.signing(NOW)
    assert.equal((await other.signing(NOW)).id, key.id)
    const later = await other.signing(NOW + 25 * HOUR)
    assert.ok((await one.keys(NOW + 25 * HOUR, true)).some(({ id }) => id === later.id))
  })
})

test('[A23] a secret for one use is 256 bits, and kept as its hash', () => {
  const secret = newToken()
  assert.match(secret, /^[\w-]{43}$/)
  assert.notEqual(newToken(), secret)
  assert.match(hashToken(secret), /^[0-9a-f]{64}$/)
  assert.equal(hashToken('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
