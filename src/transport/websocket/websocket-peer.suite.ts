import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { host, until } from '../socket-stage.suite.ts'

/** A WebSocket client by hand: it sends what bytes it is told to, and takes the server's frames apart itself. */
export class HandmadePeer {
  readonly socket: Socket
  isOver = false
  #heard: Buffer = Buffer.alloc(0)

  constructor(url: string, { allowHalfOpen = false } = {}) {
    this.socket = connect({ host, port: Number(new URL(url).port), allowHalfOpen })
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk) => {
      this.#heard = Buffer.concat([this.#heard, chunk])
    })
    this.socket.on('end', () => {
      this.isOver = true
    })
  }

  /** Asks for an upgrade, with these headers besides or instead of the usual ones. */
  ask(headers: Record<string, string> = {}, line = 'GET / HTTP/1.1'): void {
    const all: Record<string, string> = {
      Host: host,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...headers,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    this.socket.write(`${line}\r\n${lines.join('')}\r\n`)
  }

  /** Asks, and waits for the answer's headers. */
  async answer(headers: Record<string, string> = {}, line?: string): Promise<string> {
    this.ask(headers, line)
    await until(() => this.#heard.includes('\r\n\r\n'))
    const end = this.#heard.indexOf('\r\n\r\n') + 4
    const answer = this.#heard.subarray(0, end).toString('latin1')
    this.#heard = this.#heard.subarray(end)
    return answer
  }

  get heard(): Buffer {
    return this.#heard
  }

  /** Sends one frame, masked with zeros as nobody checks the dice. `first` is the frame's first byte. */
  frame(first: number, payload: Uint8Array, claimed = payload.length): void {
    const head = Buffer.alloc(14)
    head[0] = first
    head[1] = 0x80 | 127
    head.writeBigUInt64BE(BigInt(claimed), 2)
    this.socket.write(head)
    this.socket.write(payload)
  }

  /** The server's close frame, which must be all that is left of what was heard. */
  get closing(): { code: number; reason: string } | undefined {
    const [first, length] = this.#heard
    if (first !== 0x88 || this.#heard.length !== length + 2) return undefined
    return { code: this.#heard.readUInt16BE(2), reason: this.#heard.subarray(4).toString() }
  }
}
