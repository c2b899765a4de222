/**
 * A server's information, as JSON from a stranger, and in-band answers to one who never logged in. The first byte
 * chooses. Reading never throws; what was taken is within the bounds of what a server can write.
 */
import assert from 'node:assert/strict'
import { informationFromJson, NativeInquirer, serverInformation } from '../src/dialect/native/index.ts'
import { CODE, writeMessage } from '../src/dialect/native/messages.ts'
import { PacketWriter } from '../src/replication/index.ts'
import { encode } from '../src/wire/index.ts'

const known = {
  protocol: 3,
  name: 'Town',
  welcome: 'Come in.',
  game: 'town',
  version: '1',
  fingerprint: '0123456789abcdef',
  content: 'a'.repeat(64),
  players: 3,
  playersMax: 5000,
  levelCap: 60,
  listeners: ['wss://town.example:443', 'udp://203.0.113.7:4000'],
}
const JSON_TEXT = 0
const PACKET = 1

function packet(code: number, body: Uint8Array): Uint8Array {
  const writer = new PacketWriter(4096)
  writeMessage(writer, code, body)
  return writer.finish().slice()
}

export const seeds: Uint8Array[] = [
  Uint8Array.from([JSON_TEXT, ...new TextEncoder().encode(JSON.stringify(known))]),
  Uint8Array.from([JSON_TEXT, ...new TextEncoder().encode('{"protocol":3,"listeners":[]}')]),
  Uint8Array.from([PACKET, ...packet(CODE.information, encode(serverInformation, known))]),
  Uint8Array.from([
    PACKET,
    ...packet(CODE.content, new Uint8Array(40)),
    ...packet(CODE.refused, new Uint8Array(9)),
  ]),
]

export function fuzz(input: Uint8Array): void {
  const rest = input.subarray(1)
  if (input[0] % 2 === JSON_TEXT) {
    const told = informationFromJson(new TextDecoder().decode(rest))
    if (told) assert.deepEqual(informationFromJson(JSON.stringify(told)), told)
    return
  }
  const inquirer = new NativeInquirer({
    informed: (told) => encode(serverInformation, told),
    contentCame: (answer) => assert.ok(answer.length <= rest.length),
    refused: (code, reason) => assert.ok(code.length > 0 && reason.length <= rest.length),
  })
  inquirer.receive(rest)
}
