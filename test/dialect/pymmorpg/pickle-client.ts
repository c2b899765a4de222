import { digits, Framer } from '../../../src/dialect/index.ts'
import { PickleTuple, type PickleValue, readPickle, writePickle } from '../../../src/pickle/index.ts'

const FRAME_BYTES_MAX = 50_000_000

/** Puts the length before bytes, as a PYMMORPG client does. */
export function framed(pickle: Uint8Array | string): Uint8Array {
  const bytes =
    typeof pickle === 'string' ? Uint8Array.from(pickle, (letter) => letter.charCodeAt(0)) : pickle
  const head = Uint8Array.from(`${bytes.length} `, (letter) => letter.charCodeAt(0))
  return Uint8Array.of(...head, ...bytes)
}

export function request(...items: readonly PickleValue[]): Uint8Array {
  return framed(writePickle(items))
}

export function tuple(...items: readonly PickleValue[]): PickleTuple {
  return new PickleTuple(items)
}

/** A PYMMORPG client of our own: it asks, and each reply goes to who asked first. */
export class PickleClient {
  /** The replies that came, in order. */
  readonly replies: PickleValue[][] = []
  readonly #send: (bytes: Uint8Array) => void
  readonly #framer = new Framer(digits({ bytesMax: FRAME_BYTES_MAX }))
  readonly #waiting: ((reply: PickleValue[]) => void)[] = []

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send
  }

  /** The number of requests without a reply. */
  get waiting(): number {
    return this.#waiting.length
  }

  ask(items: readonly PickleValue[], then: (reply: PickleValue[]) => void = () => {}): void {
    this.#waiting.push(then)
    this.#send(request(...items))
  }

  receive(bytes: Uint8Array): void {
    this.#framer.push(
      bytes,
      (frame) => {
        const read = readPickle(frame, { bytesMax: FRAME_BYTES_MAX, elementsMax: 1e7 })
        if (read.is === 'refused' || !Array.isArray(read.value)) throw new Error('The server sent no reply.')
        this.replies.push(read.value)
        this.#waiting.shift()?.(read.value)
      },
      () => {
        throw new Error('The server sent no frame.')
      },
    )
  }
}
