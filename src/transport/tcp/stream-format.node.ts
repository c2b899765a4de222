import { connectionLost } from '../reason.ts'
import { closingFrame, FRAME_HEADER_BYTES, FrameDecoder, type FrameEnd, writeFrameHeader } from './frame.ts'

/** How packets lie in a stream, and how a stream ends. One for each link: it remembers what is incomplete. */
export interface StreamFormat {
  /** Writes a packet. The result belongs to whoever writes it to the socket. */
  write(packet: Uint8Array): Uint8Array
  /** Writes the last words of an end that closes; undefined when there are none. */
  closing(reason: string): Uint8Array | undefined
  /**
   * @param receive  called with each packet; the view is good until it returns. @returns why the stream is over,
   *   once
   */
  push(chunk: Uint8Array, receive: (packet: Uint8Array) => void): FrameEnd | undefined
  /** Reads nothing more. */
  stop(): void
  /** What it means that the peer's stream ended without last words. */
  readonly ending: { readonly reason: string; readonly hasLeft: boolean }
}

/** Our own format: each packet with its length before it, and a closing frame with a reason [L50] [L51]. */
export function framed(packetBytesMax: number): StreamFormat {
  const decoder = new FrameDecoder(packetBytesMax)
  return {
    write(packet) {
      const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + packet.length)
      writeFrameHeader(frame, packet.length)
      frame.set(packet, FRAME_HEADER_BYTES)
      return frame
    },
    closing: closingFrame,
    push: (chunk, receive) => decoder.push(chunk, receive),
    stop: () => decoder.stop(),
    ending: { reason: connectionLost, hasLeft: false },
  }
}

/** No format: bytes as they are [L70]. An end of the stream counts as leaving. */
export function bare(packetBytesMax: number): StreamFormat {
  let isOver = false
  return {
    write: (packet) => Buffer.from(packet),
    closing: () => undefined,
    push(chunk, receive) {
      for (let at = 0; at < chunk.length && !isOver; at += packetBytesMax)
        receive(chunk.subarray(at, Math.min(chunk.length, at + packetBytesMax)))
      return undefined
    },
    stop() {
      isOver = true
    },
    ending: { reason: '', hasLeft: true },
  }
}
