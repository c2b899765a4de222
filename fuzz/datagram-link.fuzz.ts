/**
 * A link over datagrams whose peer has the right keys and no manners. The first byte of an input says what both
 * ends do; the rest is datagrams as the channels beneath would get them, each after 11 bits of length and 5 of
 * waiting (units of 4 ms).
 *
 *     bit 0  the link is opened before the first datagram, else after the last
 *     bit 1  the owner closes the link in the middle
 *     bit 2  the owner sends packets and state meanwhile
 *     bit 3  the connection beneath ends at last
 *
 * Never a throw; never a packet larger than agreed or empty; after the closing, which is told once at most, nothing.
 */
import assert from 'node:assert/strict'
import { instant } from '../src/core/index.ts'
import { DatagramLink } from '../src/transport/index.ts'
import { seeds as channelSeeds } from './channel.fuzz.ts'

const PACKET_BYTES_MAX = 2000
const encoder = new TextEncoder()

/** Writes one datagram of channel packets, with the length that goes before it. */
function framed(...bytes: number[]): number[] {
  return [bytes.length & 255, (bytes.length >> 8) | (3 << 3), ...bytes]
}

const reason = [...encoder.encode('The tide is out.')]
/** A message, an empty one, a reason: each a frame of channel 0 with its number. */
const closing = [
  ...framed(0, 0, 0, 0, 0, 0, 3, 1, 2, 3),
  ...framed(0, 1, 0, 0, 1, 0, 0, 0, 2, 0, reason.length, ...reason),
]
const state = framed(0, 2, 0, 63, 0, 3, 7, 8, 9)
const hugeFragment = framed(0, 3, 0, 0x40, 3, 0, 0, 64, ...new Array(1024).fill(1))

export const seeds: Uint8Array[] = [
  ...[0, 1, 2, 5, 7, 9, 15].map((how) => Uint8Array.from([how, ...state, ...closing])),
  Uint8Array.from([5, ...hugeFragment, ...state]),
  ...channelSeeds.filter(([first]) => first % 2 === 0),
]

export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  const [how] = input
  const told = { closed: 0, packets: 0 }
  let hangUps = 0
  let isToEnd = false
  const link = new DatagramLink(
    {
      remote: '10.0.0.1:4000',
      address: '10.0.0.1',
      headerBytes: 50,
      send: (datagram) => assert.ok(datagram.length > 0 && datagram.length <= 1200),
      wake() {},
      hangUp: () => void hangUps++,
    },
    { packetBytesMax: PACKET_BYTES_MAX, bufferBytesMax: 20_000 },
  )
  const open = (): void =>
    link.open({
      receive(packet) {
        assert.equal(told.closed, 0, 'a packet after the closing')
        assert.ok(packet.length > 0 && packet.length <= PACKET_BYTES_MAX, `${packet.length} bytes`)
        told.packets++
      },
      closed: () => void told.closed++,
      receiveState(payload) {
        assert.equal(told.closed, 0, 'state after the closing')
        return payload[0] !== 7
      },
      settleState: () => {},
    })
  if (how & 1) open()
  let now = 0
  const turn = (): void => link.poll(instant(now))
  for (let at = 1; at + 2 <= input.length; ) {
    const length = Math.min(input[at] | ((input[at + 1] & 7) << 8), input.length - at - 2)
    now += (input[at + 1] >> 3) * 4
    link.receive(input.subarray(at + 2, at + 2 + length), instant(now))
    at += 2 + length
    if (how & 4) {
      link.send(input.subarray(0, Math.min(input.length, 100)))
      link.state.send(Uint8Array.of(1), false)
    }
    if (how & 2 && at > input.length / 2) {
      link.close('Enough.')
      isToEnd = true
    }
    turn()
  }
  if (!(how & 1)) open()
  turn()
  if (how & 8) {
    link.ended()
    isToEnd = true
  }
  for (let i = 0; i < 3; i++) {
    turn()
    now += 1000
  }
  if (isToEnd) assert.equal(told.closed, 1, 'the closing is told')
  assert.ok(told.closed <= 1 && hangUps <= 1)
  assert.ok(link.bufferedBytes <= 20_000 + 123)
  const { heldBytes } = link.stats(instant(now))
  assert.ok(heldBytes <= 2 * 262_144, `${heldBytes} bytes are held`)
}
