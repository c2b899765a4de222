/** Counts connections and away players per address. */
export class AddressCounts {
  readonly #byAddress = new Map<string, number>()

  of(address: string): number {
    return this.#byAddress.get(address) ?? 0
  }

  add(address: string, by: 1 | -1): void {
    const count = this.of(address) + by
    if (count > 0) this.#byAddress.set(address, count)
    else this.#byAddress.delete(address)
  }
}
