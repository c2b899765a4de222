/**
 * A WebSocket client that costs its machine little, so that a thousand of them leave it to the server: it reads
 * whole binary frames and sends masked ones, and nothing else.
 */
import { connect, type Socket } from 'node:net'

export class RawSocket {
  /** Called with each message; the bytes are its own. */
  receive: (message: Uint8Array) => void = () => {}
  /** Called when the connection is over, whoever ended it. */
  closed: () => void = () => {}
  bytesIn = 0
  framesIn = 0
  readonly #socket: Socket
  #held: Buffer = Buffer.alloc(0)
  #opened: (() => void) | undefined

  private constructor(port: number, path: string) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (bytes) => this.#take(bytes))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.closed())
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
  }

  /** @param receive  is given each message, those that come with the opening too */
  static open(port: number, path = '/', receive?: (message: Uint8Array) => void): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const socket = new RawSocket(port, path)
      if (receive) socket.receive = receive
      socket.#opened = () => resolve(socket)
      socket.#socket.once('close', () => reject(new Error('The server closed the socket.')))
    })
  }

  send(message: Uint8Array, code = 2): void {
    const long = message.length > 125
    const frame = Buffer.alloc((long ? 8 : 6) + message.length)
    frame[0] = 0x80 | code
    frame[1] = 0x80 | (long ? 126 : message.length)
    if (long) frame.writeUInt16BE(message.length, 2)
    const at = long ? 4 : 2
    frame.fill(1, at, at + 4)
    for (let i = 0; i < message.length; i++) frame[at + 4 + i] = message[i] ^ 1
    this.#socket.write(frame)
  }

  #take(bytes: Buffer): void {
    let held = this.#held.length > 0 ? Buffer.concat([this.#held, bytes]) : bytes
    if (this.#opened) {
      const end = held.indexOf('\r\n\r\n')
      if (end < 0) {
        this.#held = held
        return
      }
      held = held.subarray(end + 4)
      const opened = this.#opened
      this.#opened = undefined
      opened()
    }
    for (;;) {
      if (held.length < 2) break
      const short = held[1] & 127
      const start = short < 126 ? 2 : short === 126 ? 4 : 10
      if (held.length < start) break
      const length =
        short < 126 ? short : short === 126 ? held.readUInt16BE(2) : Number(held.readBigUInt64BE(2))
      if (held.length < start + length) break
      this.framesIn++
      this.bytesIn += start + length
      // Whoever is asked whether they are there says so.
      if ((held[0] & 15) === 9) this.send(held.subarray(start, start + length), 10)
      if ((held[0] & 15) === 2) this.receive(held.subarray(start, start + length))
      held = held.subarray(start + length)
    }
    this.#held = held.length > 0 ? Buffer.from(held) : held
  }
}
