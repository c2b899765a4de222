import type { ContentAnswer, ContentAsk } from '../../content/index.ts'

/** Asks whose answers are waited for; beyond it an ask counts as lost, and is made again. */
const WAITING_MAX = 64

interface Waiting {
  readonly sha256: string
  readonly promise: Promise<ContentAnswer | undefined>
  readonly resolve: (answer: ContentAnswer | undefined) => void
}

/** Asks for client content that wait for their answers. One that is made again waits for the same. */
export class ContentAsks {
  readonly #waiting = new Map<string, Waiting>()

  /** @returns the answer, once it comes; undefined when it will not */
  wait({ sha256, offset }: ContentAsk): Promise<ContentAnswer | undefined> {
    const key = `${sha256} ${offset}`
    const known = this.#waiting.get(key)
    if (known) return known.promise
    if (this.#waiting.size >= WAITING_MAX) return Promise.resolve(undefined)
    const { promise, resolve } = Promise.withResolvers<ContentAnswer | undefined>()
    this.#waiting.set(key, { sha256, promise, resolve })
    return promise
  }

  /** One that answers nothing that was asked is left at that. */
  receive(answer: ContentAnswer): void {
    const isWhole = answer.is === 'gone'
    for (const [key, { sha256, resolve }] of this.#waiting) {
      if (isWhole ? sha256 !== answer.sha256 : key !== `${answer.sha256} ${answer.offset}`) continue
      this.#waiting.delete(key)
      // The bytes are the link's: what outlives this call is a copy.
      resolve(isWhole ? answer : { ...answer, bytes: answer.bytes.slice() })
    }
  }

  /** No answer will come any more. */
  forget(): void {
    for (const { resolve } of this.#waiting.values()) resolve(undefined)
    this.#waiting.clear()
  }
}
