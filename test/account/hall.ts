/** A server with accounts in virtual time, over a store whose answers come when a test lets them. */
import { openAccounts } from 'shardless/account/node'
import { AccountAdmission, type Saver } from 'shardless/server'
import { Checkpointer, type CheckpointWork, createMemoryStore, type Store } from 'shardless/store'
import { Pair } from '../../src/lab/index.ts'
import { hutServer } from './hut.node.ts'

/**
 * Calls of a store that wait, by name: "characters.enter" before it happens, "characters.enter done" before it is told.
 */
export class Gate {
  readonly waiting: { readonly name: string; readonly open: () => void }[] = []
  /** Which wait; the others go through. */
  holds: (name: string) => boolean = () => false

  async pass(name: string): Promise<void> {
    if (!this.holds(name)) return
    await new Promise<void>((open) => this.waiting.push({ name, open }))
  }

  /** Lets all that wait go on, and holds nothing from here on. */
  open(): void {
    this.holds = () => false
    for (const { open } of this.waiting.splice(0)) open()
  }
}

export interface Hall {
  readonly pair: Pair<ReturnType<typeof hutServer>['game']>
  readonly admission: AccountAdmission
  /** The store as it is: nothing waits here. */
  readonly store: Store
  readonly gate: Gate
  /** Lets virtual time pass, with everything that the store has to do. */
  run(ms: number): Promise<void>
  /** A new account without a name. */
  guest(): Promise<{ readonly id: string; readonly token: string }>
}

export interface HallOptions {
  readonly seed: number
  readonly helloTimeoutMs?: number
  /** The weather between the server's halves. */
  readonly between?: string
  readonly reservedNames?: readonly string[]
}

export function openHall(options: HallOptions): Hall {
  const store = createMemoryStore()
  const gate = new Gate()
  const gated: Store = {
    ...store,
    accounts: through(gate, 'accounts', store.accounts),
    characters: through(gate, 'characters', store.characters),
    items: through(gate, 'items', store.items),
  }
  const now = (): number => 1_700_000_000_000 + Math.round(pair.now)
  let ids = 0
  const newId = (): string => `id-${ids++}`
  const accounts = openAccounts({
    store: gated,
    audience: 'hut',
    hasGuests: true,
    reservedNames: options.reservedNames,
  })
  const saver = new StoreSaver(gated, {
    now: () => pair.now,
    wall: now,
    read: (id) => pair.host.region.players.stateOf(id)!,
  })
  const admission = new AccountAdmission({
    ...accounts,
    store: gated,
    hasGuests: true,
    server: 'hall',
    now,
    newId,
    report: (error) => {
      throw error
    },
  })
  const pair = new Pair(hutServer(), {
    seed: options.seed,
    between: options.between,
    admission,
    saver,
    persistence: { store: gated, now, newId },
    limits: { graceMs: 0, ...(options.helloTimeoutMs && { helloTimeoutMs: options.helloTimeoutMs }) },
  })
  admission.begin(pair.host.gateway.sessions)
  return {
    pair,
    admission,
    store,
    gate,
    async run(ms) {
      for (const end = pair.now + ms; pair.now < end; ) {
        await pair.run(Math.min(50, end - pair.now))
        saver.poll()
      }
    },
    async guest() {
      const login = await accounts.accounts.guest('10.0.0.1', now())
      if (login.is === 'refused') throw new Error(login.reason)
      return { id: login.account.id, token: login.token }
    },
  }
}

/** A `Checkpointer` whose clock is the hall's. */
class StoreSaver implements Saver {
  readonly #store: Store
  readonly #machine: Checkpointer
  readonly #now: () => Pair<never>['now']
  #waiting: { readonly id: string; readonly resolve: () => void }[] = []

  constructor(
    store: Store,
    clock: {
      readonly now: () => Pair<never>['now']
      readonly wall: () => number
      readonly read: (id: string) => { map: string; position: readonly number[]; state: Uint8Array }
    },
  ) {
    this.#store = store
    this.#now = clock.now
    this.#machine = new Checkpointer({
      everyMs: 1000,
      read: (id) => ({ ...clock.read(id), at: clock.wall() }),
    })
  }

  enter(id: string, epoch: number): void {
    this.#machine.receive({ is: 'entered', id, epoch }, this.#now())
  }

  change(id: string): void {
    this.#machine.receive({ is: 'changed', id }, this.#now())
  }

  leave(id: string): void {
    this.#machine.receive({ is: 'left', id }, this.#now())
    this.poll()
  }

  lose(id: string): void {
    this.#machine.receive({ is: 'lost', id }, this.#now())
  }

  whenLeft(id: string): Promise<void> | undefined {
    if (!this.#machine.isLeaving(id)) return undefined
    return new Promise((resolve) => this.#waiting.push({ id, resolve }))
  }

  poll(): void {
    for (let work = this.#machine.poll(this.#now()); work; work = this.#machine.poll(this.#now()))
      if (work.do !== 'drop') void this.#do(work)
    for (const { id, resolve } of this.#waiting) if (!this.#machine.isLeaving(id)) resolve()
    this.#waiting = this.#waiting.filter(({ id }) => this.#machine.isLeaving(id))
  }

  async #do(work: Exclude<CheckpointWork, { do: 'drop' }>): Promise<void> {
    const { characters } = this.#store
    const { stale } =
      work.do === 'save'
        ? await characters.checkpoint(work.checkpoints)
        : { stale: (await characters.leave(work.checkpoint)) ? [] : [work.checkpoint.id] }
    this.#machine.receive({ is: 'saved', stale }, this.#now())
    this.poll()
  }
}

function through<Room extends object>(gate: Gate, name: string, room: Room): Room {
  return new Proxy(room, {
    get(target, key) {
      const method = target[key as keyof Room]
      if (typeof method !== 'function') return method
      return async (...given: unknown[]) => {
        await gate.pass(`${name}.${String(key)}`)
        const answer = await method.apply(target, given)
        await gate.pass(`${name}.${String(key)} done`)
        return answer
      }
    },
  })
}
