/**
 * Connect tokens. The first byte says which part the rest is: even, a public token for the client; odd, the private
 * data under a good seal, for the server. What we take must be what a reader of the standard takes.
 */
import assert from 'node:assert/strict'
import { seal } from '../conformance/netcode/seal.node.ts'
import {
  readPrivateData,
  readToken,
  type Token,
  version,
  writeRequest,
} from '../conformance/netcode/standard.node.ts'
import { away, corpus, privateKey, protocolId, Stage } from './netcode-stage.node.ts'

export const seeds = corpus('netcode-token')

export function fuzz(input: Uint8Array): void {
  const rest = input.subarray(1)
  if (input.length === 0 || input[0] % 2 === 0) fuzzPublic(rest)
  else fuzzPrivate(rest)
}

function fuzzPublic(bytes: Uint8Array): void {
  const stage = new Stage()
  stage.client.connect(bytes, stage.now)
  const theirs = attempt(() => readToken(bytes))
  const isGood = theirs !== undefined && theirs.createdAt <= theirs.expiresAt
  assert.equal(stage.client.state, isGood ? 'sending connection request' : 'invalid connect token')
  const packets = stage.packetsOf(stage.client)
  // A token that was created and expires in one moment has no time to ask.
  const isAsking = isGood && theirs.createdAt < theirs.expiresAt
  assert.deepEqual(packets, isAsking ? [writeRequest(theirs)] : [])
  for (const packet of packets) stage.server.receive(packet, away, stage.now)
}

function fuzzPrivate(bytes: Uint8Array): void {
  const stage = new Stage()
  const plain = new Uint8Array(1008)
  plain.set(bytes.subarray(0, 1008))
  const expiresAt = 1060n
  const nonce = new Uint8Array(24).fill(3)
  const associated = new Uint8Array(29)
  associated.set(version)
  new DataView(associated.buffer).setBigUint64(13, protocolId, true)
  new DataView(associated.buffer).setBigUint64(21, expiresAt, true)
  const privateData = seal(plain, { key: privateKey, nonce, associated })
  const token = { protocolId, expiresAt, nonce, privateData } as Token
  const request = writeRequest(token)
  const drop = stage.server.receive(request, away, stage.now)
  const theirs = attempt(() => readPrivateData(token, privateKey))
  const isForUs = theirs?.servers.includes('10.0.0.1:40000')
  assert.equal(drop, theirs ? (isForUs ? undefined : 'other server') : 'token malformed')
  const answers = stage.packetsOf(stage.server)
  assert.equal(answers.length, drop ? 0 : 1)
  for (const answer of answers) assert.ok(answer.length < request.length)
}

function attempt<Value>(act: () => Value): Value | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
