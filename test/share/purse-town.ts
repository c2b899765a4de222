/** A meadow whose players are kept and have coins, in virtual time; the store answers when a test wants. */
import { OutsideError } from '../../src/core/index.ts'
import type { Admission, AdmittedCharacter } from '../../src/gateway/index.ts'
import { defineGame, emptyMap, entity, integer, motion, once, record, text } from '../../src/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { createMemoryStore, type Items, type Store } from '../../src/store/index.ts'
import { BODY_RADIUS } from '../../src/world/index.ts'
import { SharedTown } from './shared-town.ts'

const coins = integer({ min: 0, max: 1000 })
const axis = integer({ min: -1, max: 1 })

/** Four districts of 128 m; players walk at 12 m/s and take coins, each with a number of its own. */
export const purse = defineGame({
  name: 'purse',
  version: '1',
  map: { width: 256, height: 256, cellSize: 16 },
  player: 'walker',
  entities: {
    walker: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 16 }),
      name: once(text({ bytesMax: 64 })),
    }),
  },
  command: record({ east: axis }),
  requests: {
    take: { ask: record({ number: coins }), reply: record({ coins }) },
    count: { ask: record({}), reply: record({ coins }) },
  },
  step(self, { east }, near) {
    near.map.slide(self.position, east * 12 * near.seconds, 0, BODY_RADIUS)
  },
})

const coin = { kind: 'coin', quantity: 1, data: new Uint8Array(0) }

export const purseServer = defineServer(purse, {
  map: emptyMap(256, 256),
  join: ({ world, player }) =>
    world.spawn('walker', {
      position: { x: player.name.startsWith('W') ? 118 : 138, y: 64 },
      name: player.name,
    }),
  requests: {
    async take({ player, ask: { number }, persistence }) {
      const id = `${player.name}-${number}`
      const item = { ...coin, id, holder: persistence.holder(player) }
      await persistence.trade(player, { id, changes: [{ do: 'mint', item }] })
      return { coins: player.items.length }
    },
    count: ({ player: { items } }) => ({ coins: items.length }),
  },
})

/** One call of a region's that waits before the store hears of it, or before the region hears its answer. */
interface Held {
  readonly what: 'apply' | 'list'
  readonly region: string
  go(): void
}

/** A town whose players are kept. `holds` decides what waits, before the store has it or after. */
export class PurseTown {
  readonly store: Store = createMemoryStore()
  readonly town: SharedTown<typeof purse>
  readonly held: Held[] = []
  /** What waits: a call on its way to the store, or its answer on the way back; `lost`: no answer comes. */
  holds: (what: 'apply' | 'list', region: string) => 'call' | 'answer' | 'lost' | undefined = () => undefined

  constructor(regions = 2) {
    this.town = new SharedTown<typeof purse>({
      definition: purseServer,
      regions,
      kept: {
        store: this.store,
        admission: this.#admission(),
        persistence: (region) => ({
          store: { ...this.store, items: this.#itemsOf(region) },
          now: () => this.town.now,
          newId: () => `${this.town.now}`,
        }),
      },
    })
  }

  /** Lets everything go on that waits. */
  go(): void {
    this.holds = () => undefined
    for (const held of this.held.splice(0)) held.go()
  }

  /** How many coins the store says that somebody has. */
  async kept(name: string): Promise<number> {
    return (await this.store.items.list({ character: name })).length
  }

  /** How many coins a region believes that somebody has whom it serves. */
  believed(name: string): number | undefined {
    for (const { isDead, region } of this.town.processes.values())
      for (const { players } of isDead ? [] : region.worlds)
        for (const { player } of players) if (player.name === name) return player.items.length
    return undefined
  }

  #itemsOf(region: string): Items {
    const { items } = this.store
    const held = async <Answer>(what: 'apply' | 'list', call: () => Promise<Answer>): Promise<Answer> => {
      const where = this.holds(what, region)
      const wait = (): Promise<void> => new Promise((go) => this.held.push({ what, region, go }))
      if (where === 'call') await wait()
      const answer = await call()
      if (where === 'answer') await wait()
      if (where === 'lost') throw new OutsideError('The store is away.')
      return answer
    }
    return {
      ...items,
      apply: (operation) => held('apply', () => items.apply(operation)),
      list: (holder) => held('list', () => items.list(holder)),
    }
  }

  /** Lets everybody in, as a character of their name. */
  #admission(): Admission {
    return {
      ask: ({ name }, decide) =>
        void this.#admitted(name).then((character) =>
          decide({
            ...{ is: 'admitted', name, character },
            account: { id: name, role: 'player', isGuest: false },
          }),
        ),
      page: (_asked, answer) => answer('{}'),
      resumed: () => {},
      left: () => {},
      withdrawn: () => {},
    }
  }

  async #admitted(name: string): Promise<AdmittedCharacter> {
    const { accounts, characters } = this.store
    const who = { id: name, name, nameKey: name, at: 1 }
    await accounts.create({ ...who, passwordHash: undefined, role: 'player' })
    const state = { map: '', position: [], state: new Uint8Array(0) }
    await characters.create({ ...who, ...state, accountId: name, perAccountMax: 1 })
    const entered = await characters.enter({ id: name, server: 'gateway' })
    const epoch = entered.is === 'entered' ? (entered.character.lease?.epoch ?? 0) : 0
    return { ...state, id: name, name, epoch, items: [] }
  }
}
