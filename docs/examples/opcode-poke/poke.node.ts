/**
 * Pokes a server of opcodes, to see what it says: asks for its configuration and sees it close, logs in over a second
 * connection, counts what is pushed, keeps the heartbeat, and either logs out or falls silent until it is thrown out.
 * What is sent and read is all in `src/dialect/opcode/README.md`; no more than Node is needed.
 *
 *     npm run shardless -- serve --game docs/examples/text-dialect/server.node.ts --dialects opcode
 *     node docs/examples/opcode-poke/poke.node.ts 43594 Ada "" 10            ten seconds, and a logout
 *     node docs/examples/opcode-poke/poke.node.ts 43594 Ada "" 10 silent     ten seconds, and silence
 */
import { connect } from 'node:net'
import { argv } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

const CONFIGURATION = 19
const LOGIN = 0
const HEARTBEAT = 67
const LOGOUT = 102
const CLOSED = 4
/** The version of the client that this one passes for, of 2024. */
const VERSION = 10_009
const IN = 64

export interface Poke {
  readonly port: number
  readonly name: string
  readonly password: string
  /** How long to stay, and how often to say so, in ms. */
  readonly stayMs: number
  readonly heartbeatMs?: number
  /** Whether to fall silent at the end, and wait to be thrown out. */
  readonly fallsSilent?: boolean
  readonly print: (line: string) => void
}

/** Plays the whole visit. @returns when the server has closed the second connection */
export async function poke({ port, name, password, stayMs, heartbeatMs = 5000, fallsSilent, print }: Poke) {
  const first = new Wire(port)
  first.send(CONFIGURATION, '')
  await first.closed
  const [server] = String.fromCharCode(...first.frame()!.body).split('\n')
  print(`the server is called ${server}, and has closed`)

  const second = new Wire(port)
  const head = String.fromCharCode(0, 0, 0, VERSION >> 8, VERSION & 255)
  second.send(LOGIN, `${head}${name}\n${password.padEnd(20)}\n${'\0'.repeat(8)}`)
  const answer = await second.byte()
  print(answer === IN ? `in, as ${name}` : `not let in: ${answer}`)
  if (answer !== IN) return
  const pushed = new Map<number, number>()
  const count = (): void => {
    for (let frame = second.frame(); frame; frame = second.frame())
      pushed.set(frame.opcode, (pushed.get(frame.opcode) ?? 0) + 1)
  }
  for (let stayed = 0; stayed < stayMs; stayed += heartbeatMs) {
    await sleep(Math.min(heartbeatMs, stayMs - stayed))
    second.send(HEARTBEAT, '')
    count()
  }
  print(`pushed: ${[...pushed].map(([opcode, times]) => `${times} times ${opcode}`).join(', ')}`)
  if (!fallsSilent) second.send(LOGOUT, '')
  const since = Date.now()
  await second.closed
  count()
  const end = pushed.has(CLOSED) ? 'told so, and closed' : 'closed'
  print(
    fallsSilent
      ? `silent for ${Math.round((Date.now() - since) / 100) / 10} s: ${end}`
      : `logged out: ${end}`,
  )
}

/** A connection, and what has come over it that was not looked at yet. */
class Wire {
  readonly #socket
  #held: number[] = []
  readonly closed: Promise<void>
  #wake = (): void => {}

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk) => {
      this.#held.push(...chunk)
      this.#wake()
    })
    this.#socket.on('error', (error) => console.error(error.message))
    this.closed = new Promise((resolve) =>
      this.#socket.on('close', () => {
        this.#wake()
        resolve()
      }),
    )
  }

  /** Sends a frame: its length, which counts the opcode, the opcode, and a body of one byte for each letter. */
  send(opcode: number, body: string): void {
    const bytes = Array.from(body, (letter) => letter.charCodeAt(0))
    const length = 1 + bytes.length
    this.#socket.write(Uint8Array.of(length >> 8, length & 255, opcode, ...bytes))
  }

  /** Waits for a byte outside of any frame. */
  async byte(): Promise<number | undefined> {
    if (this.#held.length === 0)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    return this.#held.shift()
  }

  /** Takes a frame, if a whole one has come: its length counts itself and the opcode. */
  frame(): { opcode: number; body: number[] } | undefined {
    const length = (this.#held[0] << 8) | this.#held[1]
    if (this.#held.length < 3 || this.#held.length < length) return undefined
    const [, , opcode, ...body] = this.#held.splice(0, length)
    return { opcode, body }
  }
}

if (import.meta.main) {
  const [, , port = '43594', name = 'Ada', password = '', seconds = '10', end] = argv
  const print = (line: string): void => console.log(line)
  const stayMs = 1000 * Number(seconds)
  await poke({ port: Number(port), name, password, stayMs, fallsSilent: end === 'silent', print })
}
