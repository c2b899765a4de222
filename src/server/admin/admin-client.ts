import { OutsideError } from '../../core/index.ts'
import type { Link } from '../../transport/index.ts'
import { LINE_BYTES_MAX, readAdminAnswer, writeAdminAsk, writeAdminHello } from './admin-message.ts'

/** What a line could be completed to, and the part of it that stands for. */
export type Completion = readonly [whole: readonly string[], part: string]

/** How many lines and completions may be without an answer. */
const ASKED_MAX = 64
const encoder = new TextEncoder()

/**
 * An operator's end of a connection to a server's admin listener: lines go in, and what the server prints comes back.
 *
 *     const operator = await AdminClient.greet(link, token)
 *     await operator.run('kick Ben')
 */
export class AdminClient {
  readonly #link: Link
  readonly #asked = new Map<number, (text: string, words: readonly string[]) => void>()
  readonly #closing = Promise.withResolvers<string>()
  #greeted: ((outcome: string | undefined) => void) | undefined
  #numbers = 0

  /**
   * Says hello over a link. @returns the client, once the server has let it in
   *
   * @throws OutsideError with the server's reason
   */
  static async greet(link: Link, token: string): Promise<AdminClient> {
    const client = new AdminClient(link)
    const refusal = await new Promise<string | undefined>((resolve) => {
      client.#greeted = resolve
      link.send(writeAdminHello(token))
    })
    if (refusal === undefined) return client
    throw new OutsideError(refusal)
  }

  private constructor(link: Link) {
    this.#link = link
    link.open({
      receive: (packet) => this.#receive(packet),
      closed: (reason) => {
        const why = reason || 'The server has closed the connection.'
        this.#greeted?.(why)
        this.#closing.resolve(why)
        for (const answer of this.#asked.values()) answer(why, [])
        this.#asked.clear()
      },
    })
  }

  /** Resolves to why the connection is over. */
  get closed(): Promise<string> {
    return this.#closing.promise
  }

  /** Runs a line on the server. @returns what it prints; why not, where the connection ends before the answer */
  run(line: string): Promise<string> {
    if (encoder.encode(line).length > LINE_BYTES_MAX)
      return Promise.resolve(`A line has at most ${LINE_BYTES_MAX} bytes.`)
    return this.#ask('run', line, (text) => text)
  }

  /** Asks what a line could be completed to. */
  complete(line: string): Promise<Completion> {
    if (encoder.encode(line).length > LINE_BYTES_MAX) return Promise.resolve([[], ''])
    return this.#ask('complete', line, (text, words): Completion => [words, text])
  }

  close(): void {
    this.#link.close('The operator goes.')
  }

  #ask<Told>(
    is: 'run' | 'complete',
    line: string,
    read: (text: string, words: readonly string[]) => Told,
  ): Promise<Told> {
    if (!this.#link.isOpen) return this.#closing.promise.then((why) => read(why, []))
    if (this.#asked.size >= ASKED_MAX)
      return Promise.resolve(read('The server has not answered what was asked before.', []))
    this.#numbers = (this.#numbers + 1) >>> 0
    const number = this.#numbers
    return new Promise((resolve) => {
      this.#asked.set(number, (text, words) => resolve(read(text, words)))
      this.#link.send(writeAdminAsk({ is, number, line: line.toWellFormed() }))
    })
  }

  #receive(packet: Uint8Array): void {
    const told = readAdminAnswer(packet)
    if (told === undefined) this.#link.close('That is no answer to an operator.')
    else if (told.is === 'welcome') {
      this.#greeted?.(undefined)
      this.#greeted = undefined
    } else {
      const answer = this.#asked.get(told.number)
      this.#asked.delete(told.number)
      answer?.(told.text, told.words)
    }
  }
}
