import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Fixture } from './fixture.suite.ts'
import { readConnectToken, readKeyedToken } from './token/connect-token.ts'

/** Returns everything that can be seen of a value: printed in full depth, and as JSON. */
function seen(value: unknown): string {
  const json = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part)) ?? ''
  const printed = inspect(value, { depth: Infinity, showHidden: true, getters: true, maxArrayLength: null })
  return `${printed} ${json}`.replaceAll(/\s+/g, ' ')
}

/** Lists the ways in which four bytes out of the middle of a secret could be seen. */
function traces(secret: Uint8Array): string[] {
  const some = [...secret.subarray(8, 12)]
  const json = some.map((byte, at) => `"${at + 8}":${byte}`).join(',')
  return [some.join(', '), some.join(','), Buffer.from(some).toString('hex'), json]
}

test('nothing that a client, a server or a token shows has a key in it', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const token = fixture.token()
  const { client } = fixture.joined(token)
  const { clientToServerKey, serverToClientKey, privateToken } = readKeyedToken(token)!
  const secrets = [clientToServerKey, serverToClientKey, privateToken, fixture.privateKey].flatMap(traces)
  assert.deepEqual(client.place, { slot: 0, maxClients: server.maxClients })
  for (const shown of [client, client.place, client.server, server, readConnectToken(token)]) {
    const text = seen(shown)
    for (const secret of secrets) assert.ok(!text.includes(secret), text)
  }
  const { protocolId } = readConnectToken(token)!
  assert.equal(protocolId.buffer.byteLength, 8, 'nor in the memory behind it')
})
