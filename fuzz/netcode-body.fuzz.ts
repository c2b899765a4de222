/**
 * Packets from a peer with the right key: [side, kind, how far ahead, body...], sealed by the standard. A server or
 * a client believes exactly what the standard says it should, and survives the rest.
 */
import assert from 'node:assert/strict'
import { readToken, writePacket } from '../conformance/netcode/standard.node.ts'
import { away, corpus, home, protocolId, Stage } from './netcode-stage.node.ts'

export const seeds = corpus('netcode-body')

const sizes: Record<number, (length: number) => boolean> = {
  4: (length) => length === 8,
  5: (length) => length >= 1 && length <= 1200,
  6: (length) => length === 0,
}

export function fuzz(input: Uint8Array): void {
  const [side = 0, kind = 0, ahead = 0] = input
  const body = input.slice(3, 3 + 1400)
  const stage = new Stage()
  stage.client.connect(stage.token, stage.now)
  stage.exchange(3)
  assert.equal(stage.client.state, 'connected')
  stage.takeTold()
  const token = readToken(stage.token)
  const toServer = side % 2 === 0
  const packet = writePacket(
    { kind: kind & 15, sequence: newest(stage, toServer) + 1n + BigInt(ahead), body },
    protocolId,
    toServer ? token.clientToServerKey : token.serverToClientKey,
  )
  const receive = (): string | undefined =>
    toServer ? stage.server.receive(packet, away, stage.now) : stage.client.receive(packet, home, stage.now)
  const isGood = packet.length <= 1300 && (sizes[kind & 15]?.(body.length) ?? false)
  const drop = receive()
  assert.equal(drop === undefined, isGood, String(drop))
  assert.ok(receive(), 'the same packet counted twice')
  stage.packetsOf(toServer ? stage.server : stage.client)
  const told = stage.takeTold()
  if (!isGood || (kind & 15) === 4) assert.deepEqual(told, [])
  else if ((kind & 15) === 5)
    assert.deepEqual(
      told.map((output) => 'bytes' in output && output.bytes),
      [body],
    )
  else
    assert.deepEqual(
      told.map((output) => output.do),
      [toServer ? 'disconnected' : 'state'],
    )
}

/** Returns the sequence number the sender has reached, read from the next packet it sends. */
function newest(stage: Stage, toServer: boolean): bigint {
  if (toServer) stage.client.send(Uint8Array.of(1), stage.now)
  else stage.server.send(0, Uint8Array.of(1), stage.now)
  const [packet] = stage.packetsOf(toServer ? stage.client : stage.server)
  let sequence = 0n
  for (let i = packet[0] >> 4; i > 0; i--) sequence = (sequence << 8n) | BigInt(packet[i])
  return sequence
}
