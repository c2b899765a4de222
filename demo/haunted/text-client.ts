/** Helps tests play over the wire of Haunted Chronicles: one message, one answer, over real UDP or TCP. */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'

export interface TextClient {
  /** All that has come, a datagram or a chunk each. */
  readonly heard: readonly Uint8Array[]
  /** Asks until an answer comes. @throws an Error when the connection ends, or nobody answers for half a minute */
  ask(message: string): Promise<string>
  /** Asks for the state. @param input  a key, or "." for none */
  look(input?: string): Promise<string>
  close(): void
}

const AGAIN_MS = 300
const PATIENCE_MS = 30_000

/** Opens a client's socket. @param url  "haunted+udp://127.0.0.1:9998" */
export async function openTextClient(url: string, name: string): Promise<TextClient> {
  const [, scheme, host, port] = /^haunted\+(udp|tcp):\/\/(.+):(\d+)$/.exec(url) ?? []
  const heard: Uint8Array[] = []
  let text = ''
  let wake = (): void => {}
  let fail = (_reason: string): void => {}
  const take = (bytes: Uint8Array): void => {
    heard.push(new Uint8Array(bytes))
    // A datagram is an answer; a stream has them one after the other.
    text = scheme === 'udp' ? new TextDecoder().decode(bytes) : text + new TextDecoder().decode(bytes)
    if (/(^| )END$|\.$/.test(text)) wake()
  }
  const socket = scheme === 'udp' ? createSocket('udp4') : connect(Number(port), host)
  socket.on(scheme === 'udp' ? 'message' : 'data', take)
  socket.on('error', () => {})
  socket.on('close', () => fail('the connection has ended'))
  const send = (message: string): void => {
    if ('send' in socket) socket.send(message, Number(port), host)
    else socket.write(message)
  }
  const client: TextClient = {
    heard,
    async ask(message) {
      text = ''
      const answered = new Promise<void>((resolve, reject) => {
        wake = resolve
        fail = (reason) => reject(new Error(`${message}: ${reason}; heard so far: ${text}`))
      })
      send(message)
      const again = scheme === 'udp' ? setInterval(() => send(message), AGAIN_MS) : undefined
      const end = setTimeout(() => fail('nobody answers'), PATIENCE_MS)
      try {
        await answered
      } finally {
        clearInterval(again)
        clearTimeout(end)
      }
      return text
    },
    look: (input = '.') => client.ask(`INPUT ${name} ${input} END`),
    close() {
      if ('send' in socket) socket.close()
      else socket.destroy()
    },
  }
  return client
}
