import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { isProcess } from '../name.ts'
import {
  BUS_VERSION,
  GREETING_NONCE_BYTES,
  type SocketFrame,
  writeChallenge,
  writeHello,
  writeProof,
  writeWelcome,
} from './frame.ts'

/** Who greets, and by what it is known. */
export interface Greeter {
  /** The world's name: processes of another world are not spoken with. */
  readonly world: string
  readonly me: string
  readonly address: string
  /** What all processes of the cluster know and nobody else. */
  readonly secret: string
}

/** What a frame of the peer's leads to. */
export type GreetingStep =
  | { readonly is: 'say'; readonly frame: Uint8Array }
  | { readonly is: 'done'; readonly peer: string; readonly address: string; readonly frame?: Uint8Array }
  | { readonly is: 'denied'; readonly reason: string }

const denied = (reason: string): GreetingStep => ({ is: 'denied', reason })
const STRANGER = 'It does not know the secret of this cluster.'

/**
 * One side's half of the greeting between two processes: each proves, over the other's fresh bytes and both names, that
 * it knows the secret, which itself never travels.
 *
 *     dials    hello -->           <-- challenge (with the listener's proof)   proof -->      <-- welcome
 */
export class ProcessGreeting {
  readonly #greeter: Greeter
  /** The name of the process that was dialed; undefined on the side that listens. */
  readonly #dialed: string | undefined
  readonly #nonce = new Uint8Array(randomBytes(GREETING_NONCE_BYTES))
  #peer: { name: string; address: string; nonce: Uint8Array } = {
    name: '',
    address: '',
    nonce: new Uint8Array(0),
  }
  #awaits: 'hello' | 'challenge' | 'proof' | 'welcome'

  constructor(greeter: Greeter, dialed?: string) {
    this.#greeter = greeter
    this.#dialed = dialed
    this.#awaits = dialed === undefined ? 'hello' : 'challenge'
  }

  /** The first word of the side that dials. */
  hello(): Uint8Array {
    const { world, me, address } = this.#greeter
    return writeHello({ world, name: me, address, nonce: this.#nonce })
  }

  receive(said: SocketFrame | undefined): GreetingStep {
    if (said?.is !== this.#awaits) return denied('It does not speak as a process of a cluster.')
    if (said.is === 'hello') return this.#hello(said)
    if (said.is === 'challenge') return this.#challenge(said)
    if (said.is === 'proof') {
      if (!isSame(said.proof, this.#proof('dials'))) return denied(STRANGER)
      return { is: 'done', peer: this.#peer.name, address: this.#peer.address, frame: writeWelcome() }
    }
    return { is: 'done', peer: this.#peer.name, address: '' }
  }

  #hello(said: Extract<SocketFrame, { is: 'hello' }>): GreetingStep {
    const { world, me } = this.#greeter
    if (said.version !== BUS_VERSION)
      return denied(`It speaks version ${said.version}, and this is ${BUS_VERSION}.`)
    if (said.world !== world) return denied('It belongs to another world.')
    if (!isProcess(said.name) || said.name === me) return denied('Its name is none.')
    this.#peer = said
    this.#awaits = 'proof'
    return { is: 'say', frame: writeChallenge(me, this.#nonce, this.#proof('listens')) }
  }

  #challenge(said: Extract<SocketFrame, { is: 'challenge' }>): GreetingStep {
    if (said.name !== this.#dialed) return denied('Another process is there now.')
    this.#peer = { ...said, address: '' }
    if (!isSame(said.proof, this.#proof('listens'))) return denied(STRANGER)
    this.#awaits = 'welcome'
    return { is: 'say', frame: writeProof(this.#proof('dials')) }
  }

  /** Returns what only who knows the secret can say of this greeting. */
  #proof(side: 'dials' | 'listens'): Uint8Array {
    const { world, me, secret } = this.#greeter
    const mine = { name: me, nonce: this.#nonce }
    const [dials, listens] = this.#dialed === undefined ? [this.#peer, mine] : [mine, this.#peer]
    const hmac = createHmac('sha256', secret)
    hmac.update(JSON.stringify(['shardless bus', BUS_VERSION, side, world, dials.name, listens.name]))
    return new Uint8Array(hmac.update(dials.nonce).update(listens.nonce).digest())
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
