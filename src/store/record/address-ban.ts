import type { Ban } from './account.ts'

/** A ban of an address: nobody comes in from there. */
export interface AddressBan extends Ban {
  /** As the caller writes addresses, one host or a network: "203.0.113.7", "2001:db8::/64". At most 64 UTF-16 units. */
  readonly address: string
}

export interface AddressBans {
  /** Bans an address, in place of an earlier ban of it. */
  set(ban: AddressBan): Promise<void>
  find(address: string): Promise<AddressBan | undefined>
  /** Lists the bans by address. At most 100,000. */
  list(): Promise<readonly AddressBan[]>
  /** @returns whether there was one */
  lift(address: string): Promise<boolean>
}
