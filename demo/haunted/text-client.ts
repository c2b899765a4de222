/** Helps tests play over the wire of Haunted Chronicles: one message, one answer, over real UDP or TCP. */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'

export interface TextClient {
  /** All that has come, a datagram or a chunk each. */
  readonly heard: readonly Uint8Array[]
  /** Asks again until an answer comes. */
  ask(message: string): Promise<string>
  /** Asks for the state. @param input  a key, or "." for none */
  look(input?: string): Promise<string>
  close(): void
}

const AGAIN_MS = 300

/** Opens a client's socket. @param url  "haunted+udp://127.0.0.1:9998" */
export async function openTextClient(url: string, name: string): Promise<TextClient> {
  const [, scheme, host, port] = /^haunted\+(udp|tcp):\/\/(.+):(\d+)$/.exec(url) ?? []
  const heard: Uint8Array[] = []
  let text = ''
  let wake = (): void => {}
  const take = (bytes: Uint8Array): void => {
    heard.push(new Uint8Array(bytes))
    // A datagram is an answer; a stream has them one after the other.
    text = scheme === 'udp' ? new TextDecoder().decode(bytes) : text + new TextDecoder().decode(bytes)
    if (/(^| )END$|\.$/.test(text)) wake()
  }
  const socket = scheme === 'udp' ? createSocket('udp4') : connect(Number(port), host)
  socket.on(scheme === 'udp' ? 'message' : 'data', take)
  socket.on('error', () => {})
  const send = (message: string): void => {
    if ('send' in socket) socket.send(message, Number(port), host)
    else socket.write(message)
  }
  const client: TextClient = {
    heard,
    async ask(message) {
      text = ''
      const answered = new Promise<void>((resolve) => {
        wake = resolve
      })
      send(message)
      const again = scheme === 'udp' ? setInterval(() => send(message), AGAIN_MS) : undefined
      await answered
      clearInterval(again)
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
