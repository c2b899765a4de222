import type { ContentAnswer, ContentAsk } from '../../content/index.ts'

/** The largest number of pending asks; one beyond it counts as lost, and is made again. */
const WAITING_MAX = 64

interface Waiting {
  readonly sha256: string
  readonly promise: Promise<ContentAnswer | undefined>
  readonly resolve: (answer: ContentAnswer | undefined) => void
}

/** Keeps the asks for client content that wait for answers. A repeated ask waits for the same answer. */
export class ContentAsks {
  readonly #waiting = new Map<string, Waiting>()

  /** Waits for the answer to an ask. @returns the answer, once it comes; undefined when it will not */
  wait({ sha256, offset }: ContentAsk): Promise<ContentAnswer | undefined> {
    const key = `${sha256} ${offset}`
    const known = this.#waiting.get(key)
    if (known) return known.promise
    if (this.#waiting.size >= WAITING_MAX) return Promise.resolve(undefined)
    const { promise, resolve } = Promise.withResolvers<ContentAnswer | undefined>()
    this.#waiting.set(key, { sha256, promise, resolve })
    return promise
  }

  /** Delivers an answer. Ignores one that answers nothing that was asked. */
  receive(answer: ContentAnswer): void {
    const isWhole = answer.is === 'gone'
    for (const [key, { sha256, resolve }] of this.#waiting) {
      if (isWhole ? sha256 !== answer.sha256 : key !== `${answer.sha256} ${answer.offset}`) continue
      this.#waiting.delete(key)
      // The bytes belong to the link: copy what outlives this call.
      resolve(isWhole ? answer : { ...answer, bytes: answer.bytes.slice() })
    }
  }

  /** Ends every wait: no answer will come any more. */
  forget(): void {
    for (const { resolve } of this.#waiting.values()) resolve(undefined)
    this.#waiting.clear()
  }
}
