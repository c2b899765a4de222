/** How long one of several addresses may take to answer, in ms: there are others. */
const CONNECT_MS = 1500

/**
 * The addresses of one world, which several processes serve: whoever answers will do. A client stays with the one
 * that answered last, and goes on to the next when that does not.
 */
export class Addresses {
  readonly #urls: readonly string[]
  #at = 0

  constructor(url: string | readonly string[]) {
    this.#urls = typeof url === 'string' ? [url] : url
  }

  /**
   * Opens a link to the first that answers, beginning with the one that did last.
   *
   * @throws what the last of them failed with, when none answers
   */
  async open<Link>(
    dial: (url: string, options: { readonly connectMs?: number }) => Promise<Link>,
  ): Promise<Link> {
    const options = this.#urls.length > 1 ? { connectMs: CONNECT_MS } : {}
    for (let tries = 1; ; tries++)
      try {
        return await dial(this.#urls[this.#at], options)
      } catch (error) {
        this.#at = (this.#at + 1) % this.#urls.length
        if (tries >= this.#urls.length) throw error
      }
  }
}
