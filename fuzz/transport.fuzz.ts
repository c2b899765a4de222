import { readdirSync, readFileSync } from 'node:fs'
import { bytesEqual } from '../src/core/index.ts'
import { FrameDecoder } from '../src/transport/index.ts'

/** Small, so that inputs reach it. */
const packetBytesMax = 1000

const corpus = new URL('./corpus/transport/', import.meta.url)

export const seeds: Uint8Array[] = readdirSync(corpus)
  .filter((file) => file.endsWith('.hex'))
  .map((file) => Uint8Array.from(Buffer.from(readFileSync(new URL(file, corpus), 'utf8').trim(), 'hex')))

/**
 * Feeds the decoder of a TCP stream's frames. The first byte says how the rest is cut into chunks; whatever the
 * rest is, the packets and the end must be those of the stream read in one piece, within the bounds.
 */
export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  const stream = input.subarray(1)
  const whole = read(stream, stream.length)
  const cut = read(stream, 1 + (input[0] & 0x3f))
  if (cut.over !== whole.over) throw new Error(`cut, it ends with "${cut.over}", whole with "${whole.over}"`)
  if (!bytesEqual(cut.lengths, whole.lengths)) throw new Error('cut, it has other packets than whole')
  if (!bytesEqual(cut.bytes, whole.bytes)) throw new Error('cut, its packets hold other bytes than whole')
}

function read(stream: Uint8Array, chunkBytes: number) {
  const decoder = new FrameDecoder(packetBytesMax)
  const lengths: number[] = []
  const bytes: number[] = []
  let over = ''
  for (let at = 0; at < stream.length; at += chunkBytes) {
    const end = decoder.push(stream.subarray(at, at + chunkBytes), (packet) => {
      if (over !== '') throw new Error('a packet came after the end')
      if (packet.length < 1 || packet.length > packetBytesMax)
        throw new Error(`a packet of ${packet.length} bytes`)
      lengths.push(packet.length & 0xff, packet.length >> 8)
      bytes.push(...packet)
    })
    if (decoder.heldBytes > packetBytesMax) throw new Error(`${decoder.heldBytes} bytes are held`)
    if (end !== undefined && over !== '') throw new Error('it ended twice')
    if (end !== undefined) over = `${end.is}: ${end.reason}`
  }
  return { over, lengths: Uint8Array.from(lengths), bytes: Uint8Array.from(bytes) }
}
