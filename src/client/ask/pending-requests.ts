import { decode } from '../../wire/index.ts'
import type { AnyGame } from '../../world/index.ts'

interface Question {
  readonly request: string
  readonly resolve: (reply: never) => void
  readonly reject: (error: Error) => void
}

/** Keeps the requests that wait for a reply. */
export class PendingRequests {
  readonly #game: AnyGame
  readonly #waiting = new Map<number, Question>()
  #next = 1

  constructor(game: AnyGame) {
    this.#game = game
  }

  /** Returns a number for the next request. */
  number(): number {
    return this.#next++
  }

  /**
   * Waits for a reply. @returns the reply, once it comes; rejects with the server's sentence, or the one given to
   * `forget`
   */
  wait<Reply>(id: number, request: string): Promise<Reply> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { request, resolve, reject }))
  }

  /** Delivers a reply. Ignores one that nobody waits for. */
  receive(id: number, answer: { readonly body: Uint8Array } | { readonly sorry: string }): void {
    const question = this.#waiting.get(id)
    if (!question) return
    this.#waiting.delete(id)
    if ('sorry' in answer) {
      question.reject(new Error(answer.sorry))
      return
    }
    const reply = decode(this.#game.requests[question.request].reply, answer.body)
    if (reply === undefined) question.reject(new Error('The reply makes no sense.'))
    else question.resolve(reply as never)
  }

  /** Rejects every request with `reason`: no reply will come any more. */
  forget(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason))
    this.#waiting.clear()
  }
}
