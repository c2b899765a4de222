import type { Ban } from './account.ts'

/** Nobody comes in from there. */
export interface AddressBan extends Ban {
  /** As the caller writes addresses, one host or a network: "203.0.113.7", "2001:db8::/64". At most 64 UTF-16 units. */
  readonly address: string
}

export interface AddressBans {
  /** Replaces an earlier one of the same address. */
  set(ban: AddressBan): Promise<void>
  find(address: string): Promise<AddressBan | undefined>
  /** By address. At most 100,000. */
  list(): Promise<readonly AddressBan[]>
  /** @returns whether there was one */
  lift(address: string): Promise<boolean>
}
