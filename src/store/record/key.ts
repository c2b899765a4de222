import type { EpochMs } from './epoch.ts'

/** A secret that several servers share, such as one that signs tokens. */
export interface Key {
  /** Made by the caller, as an account's; tokens name the key by it. */
  readonly id: string
  /** What it is for, at most 64 UTF-16 units: "token". */
  readonly purpose: string
  /** 1 to 1,024 bytes. Never printed. */
  readonly secret: Uint8Array
  readonly createdAt: EpochMs
  /** From then on nothing that it signed is accepted. */
  readonly expiresAt: EpochMs
}

export interface Keys {
  /** Adds a key. @returns false, and does nothing, when there is one of that id */
  add(key: Key): Promise<boolean>
  /** Lists the keys for one purpose, oldest first; of two of the same moment, the lower id first. */
  list(purpose: string): Promise<readonly Key[]>
  /** @returns whether there was one */
  remove(id: string): Promise<boolean>
}
