import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Address } from '../address.ts'
import { counting, Fixture, UNIX_START } from '../fixture.suite.ts'
import { viewOf } from '../packet/protocol.ts'
import { CONNECT_TOKEN_BYTES, type ConnectTokenOptions, readKeyedToken } from './connect-token.ts'
import { openPrivateToken, privateTokenAssociated, readPrivateToken } from './private-token.ts'

const fixture = new Fixture()
const { cipher, privateKey } = fixture

/** Opens the private part as a server does. */
function openPrivate(bytes: Uint8Array, key = privateKey) {
  const { protocolId, expiresAt, nonce, privateToken } = readKeyedToken(bytes)!
  const associated = privateTokenAssociated(protocolId, expiresAt)
  const plain = openPrivateToken(privateToken, cipher, { associated, nonce, key })
  return plain && readPrivateToken(plain)
}

test('[S3] a token names 1 to 32 servers, IPv4 and IPv6, in order, and reads as it was written', () => {
  const mixed = Array.from({ length: 32 }, (_, i) => new Address(counting(i % 2 ? 4 : 16, i), 65_535 - i))
  for (const servers of [mixed, mixed.slice(0, 1), mixed.slice(1, 2)]) {
    const texts = servers.map(String)
    const bytes = fixture.token({ servers })
    assert.deepEqual(readKeyedToken(bytes)?.servers.map(String), texts)
    assert.deepEqual(openPrivate(bytes)?.servers.map(String), texts)
  }
})

test('[S3] servers may know themselves by other addresses than the client knows them by', () => {
  const internalServers = [fixture.home(9)]
  const bytes = fixture.token({ internalServers })
  assert.deepEqual(readKeyedToken(bytes)?.servers.map(String), ['10.0.0.1:40000'])
  assert.deepEqual(openPrivate(bytes)?.servers.map(String), ['10.0.0.9:40000'])
})

test('[S4] a connect token has 2048 bytes and both parts say the same', () => {
  const clientId = 2n ** 64n - 1n
  const bytes = fixture.token({ clientId, timeoutSeconds: -1, userData: counting(256) })
  assert.equal(bytes.length, CONNECT_TOKEN_BYTES)
  const token = readKeyedToken(bytes)!
  const inner = openPrivate(bytes)!
  assert.equal(inner.clientId, clientId)
  assert.deepEqual(inner.userData, counting(256))
  assert.deepEqual([token.timeoutSeconds, inner.timeoutSeconds], [-1, -1])
  assert.deepEqual(token.clientToServerKey, inner.clientToServerKey)
  assert.deepEqual(token.serverToClientKey, inner.serverToClientKey)
  assert.equal(token.lifeSeconds, 30)
})

test('[S4] a token without end expires in the last second there is', () => {
  const bytes = fixture.token({ lifeSeconds: Number.POSITIVE_INFINITY })
  assert.equal(viewOf(bytes).getBigUint64(29, true), 2n ** 64n - 1n)
  assert.ok(readKeyedToken(bytes)!.lifeSeconds > 1e19)
})

test('[S4] a client refuses a token of another length, version or shape', () => {
  const good = fixture.token()
  const wrong = (change: (view: DataView) => void): Uint8Array => {
    const bytes = good.slice()
    change(viewOf(bytes))
    return bytes
  }
  const SERVERS_AT = 13 + 8 + 8 + 8 + 24 + 1024 + 4
  const cases: Record<string, Uint8Array> = {
    empty: new Uint8Array(0),
    short: good.subarray(1),
    long: new Uint8Array(CONNECT_TOKEN_BYTES + 1),
    version: wrong((view) => view.setUint8(11, 0x31)),
    'version without its zero': wrong((view) => view.setUint8(12, 0x20)),
    'no servers': wrong((view) => view.setUint32(SERVERS_AT, 0, true)),
    '33 servers': wrong((view) => view.setUint32(SERVERS_AT, 33, true)),
    '2^32 - 1 servers': wrong((view) => view.setUint32(SERVERS_AT, 0xffffffff, true)),
    'address type 0': wrong((view) => view.setUint8(SERVERS_AT + 4, 0)),
    'address type 3': wrong((view) => view.setUint8(SERVERS_AT + 4, 3)),
    'created after it expires': wrong((view) => view.setBigUint64(21, BigInt(UNIX_START + 31), true)),
  }
  for (const [name, bytes] of Object.entries(cases)) assert.equal(readKeyedToken(bytes), undefined, name)
  assert.ok(readKeyedToken(wrong((view) => view.setBigUint64(21, BigInt(UNIX_START + 30), true))))
})

test('[S5] a private token opens only as it was sealed: every byte of it, its nonce, expiry, protocol and version counts', () => {
  const good = fixture.token()
  const sealed = { ...readKeyedToken(good)!, key: privateKey }
  const associated = privateTokenAssociated(sealed.protocolId, sealed.expiresAt)
  const parts = {
    associated,
    nonce: sealed.nonce.slice(),
    key: privateKey.slice(),
    privateToken: sealed.privateToken.slice(),
  }
  for (const bytes of Object.values(parts)) {
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] ^= 0x80
      assert.equal(openPrivateToken(parts.privateToken, cipher, parts), undefined)
      bytes[i] ^= 0x80
    }
  }
  assert.ok(openPrivateToken(parts.privateToken, cipher, parts))
})

test('[S5] a private token whose list of servers is impossible is refused though its seal holds', () => {
  for (const change of [
    (view: DataView) => view.setUint32(12, 0, true),
    (view: DataView) => view.setUint32(12, 33, true),
    (view: DataView) => view.setUint8(16, 0),
    (view: DataView) => view.setUint8(16, 3),
  ]) {
    const plain = new Uint8Array(1008)
    const view = viewOf(plain)
    view.setUint32(12, 1, true)
    view.setUint8(16, 1)
    assert.ok(readPrivateToken(plain))
    change(view)
    assert.equal(readPrivateToken(plain), undefined)
  }
})

test('[S6] a token that cannot be written is refused at once, with what is wrong', () => {
  const wrong: [Partial<ConnectTokenOptions>, RegExp][] = [
    [{ protocolId: -1n }, /protocolId/],
    [{ protocolId: 2n ** 64n }, /protocolId/],
    [{ clientId: 2n ** 64n }, /clientId/],
    [{ privateKey: new Uint8Array(31) }, /privateKey/],
    [{ servers: [] }, /servers/],
    [{ servers: new Array(33).fill(fixture.home()) }, /servers/],
    [{ internalServers: [] }, /servers/],
    [{ createdAtSeconds: 1.5 }, /createdAtSeconds/],
    [{ createdAtSeconds: -1 }, /createdAtSeconds/],
    [{ lifeSeconds: -1 }, /lifeSeconds/],
    [{ lifeSeconds: Number.NaN }, /lifeSeconds/],
    [{ timeoutSeconds: 2 ** 31 }, /timeoutSeconds/],
    [{ timeoutSeconds: 0.5 }, /timeoutSeconds/],
    [{ userData: new Uint8Array(257) }, /userData/],
  ]
  for (const [options, message] of wrong) {
    assert.throws(() => fixture.token(options), { code: 'netcode/token-options', message })
  }
})
