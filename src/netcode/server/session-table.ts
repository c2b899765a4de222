import { earlier, FOREVER, type Instant } from '../../core/index.ts'
import type { Address } from '../address.ts'
import type { NetcodeSession } from './session.ts'

/** The slots of a server and who sits in them, found by slot, by address and by client. */
export class SessionTable {
  readonly maxClients: number
  readonly #slots: (NetcodeSession | undefined)[]
  readonly #byAddress = new Map<string, NetcodeSession>()
  readonly #byClient = new Map<bigint, NetcodeSession>()

  constructor(maxClients: number) {
    this.maxClients = maxClients
    this.#slots = new Array<undefined>(maxClients).fill(undefined)
  }

  get size(): number {
    return this.#byAddress.size
  }

  get isFull(): boolean {
    return this.size === this.maxClients
  }

  /** The lowest free slot. @returns -1 when full */
  get freeSlot(): number {
    return this.isFull ? -1 : this.#slots.indexOf(undefined)
  }

  in(slot: number): NetcodeSession | undefined {
    return this.#slots[slot]
  }

  at(address: Address): NetcodeSession | undefined {
    return this.#byAddress.get(address.text)
  }

  of(clientId: bigint): NetcodeSession | undefined {
    return this.#byClient.get(clientId)
  }

  add(session: NetcodeSession): void {
    this.#slots[session.slot] = session
    this.#byAddress.set(session.address.text, session)
    this.#byClient.set(session.clientId, session)
  }

  /** Moves a session to another address, which nobody else has. */
  move(session: NetcodeSession, address: Address): void {
    this.#byAddress.delete(session.address.text)
    session.address = address
    this.#byAddress.set(address.text, session)
  }

  remove(session: NetcodeSession): void {
    this.#slots[session.slot] = undefined
    this.#byAddress.delete(session.address.text)
    this.#byClient.delete(session.clientId)
  }

  /** Iterates over the connected sessions; the visited one may be removed meanwhile. */
  sessions(): IterableIterator<NetcodeSession> {
    return this.#byAddress.values()
  }

  /** When the first session has something to do. */
  get wakeAt(): Instant {
    let first = FOREVER
    for (const session of this.#byAddress.values()) first = earlier(first, session.wakeAt)
    return first
  }
}
