/** A small game with accounts: people who walk, and pick up and hand over lanterns that last. */
import { getHeapStatistics } from 'node:v8'
import {
  AttributeBook,
  attribute,
  attributeAnswers,
  attributeRequests,
  defineGame,
  emptyMap,
  entity,
  motion,
  once,
} from 'shardless'
import { type AccountOptions, defineServer, Sorry } from 'shardless/server'
import { choice, float64, integer, record, text } from 'shardless/wire'

const axis = integer({ min: -1, max: 1 })

/** The hut on a map cut into smaller cells, or into larger ones. */
const hutOf = (cellSize: number) =>
  defineGame({
    name: 'hut',
    version: '1',
    map: { width: 128, height: 128, cellSize },
    player: 'walker',
    entities: {
      walker: entity({
        position: motion({ tolerance: 1 / 32, speedMax: 8 }),
        name: once(text({ bytesMax: 64 })),
      }),
    },
    command: record({ east: axis, north: axis }),
    attributes: {
      gold: attribute({ type: integer({ min: 0, max: 1000 }), readers: 'owner', initial: 10 }),
      motto: attribute({ type: text({ bytesMax: 64 }), readers: 'near', writers: 'owner' }),
    },
    requests: {
      ...attributeRequests(),
      /** A new lantern, under an id that the player's program chose: asked for again, it is the same one. */
      take: {
        ask: record({ id: text({ bytesMax: 40 }) }),
        reply: record({ lanterns: integer({ min: 0, max: 65_535 }) }),
      },
      /** A lantern to somebody else, for one gold. */
      sell: {
        ask: record({ id: text({ bytesMax: 40 }), to: text({ bytesMax: 64 }) }),
        reply: record({ lanterns: integer({ min: 0, max: 65_535 }) }),
      },
      /** Where the server has the asker's walker. */
      where: { ask: record({}), reply: record({ x: float64(), y: float64() }) },
      count: {
        ask: record({}),
        reply: record({
          lanterns: integer({ min: 0, max: 65_535 }),
          visits: integer({ min: 0, max: 65_535 }),
          role: choice(['player', 'staff', 'owner']),
        }),
      },
    },
    step(self, { east, north }, near) {
      near.map.slide(self.position, east * 5 * near.seconds, north * 5 * near.seconds, 0.4)
    },
  })

export const hut = hutOf(32)
/** A hut of four districts, which meet where everybody comes in. */
export const quarters = hutOf(8)

const lantern = { kind: 'lantern', quantity: 1, data: new Uint8Array(0) }

/** A server of the game; each has a book of attributes of its own. */
export function hutServer(accounts: AccountOptions = {}, game: typeof hut = hut) {
  const attributes = new AttributeBook(game.attributes)
  const visits = new Map<number, number>()
  return defineServer(game, {
    map: emptyMap(128, 128),
    accounts,
    attributes,
    join({ world, player: { id, name, character } }) {
      const kept = character?.state as { visits?: unknown } | undefined
      visits.set(id, (typeof kept?.visits === 'number' ? kept.visits : 0) + 1)
      return world.spawn('walker', { position: character?.position ?? { x: 64, y: 64 }, name })
    },
    save: ({ player: { id } }) => ({ visits: visits.get(id) }),
    leave: ({ player: { id } }) => void visits.delete(id),
    requests: {
      ...attributeAnswers(attributes, {
        isStaff: ({ player }) => (player as { role?: string }).role !== 'player',
      }),
      async take({ player, ask: { id }, persistence }) {
        if (!persistence.lasts(player)) throw new Sorry('Guests keep nothing.')
        const item = { ...lantern, id: `${player.character?.id}:${id}`, holder: persistence.holder(player) }
        await persistence.trade(player, { id, changes: [{ do: 'mint', item }] })
        return { lanterns: player.items.length }
      },
      async sell({ world, player, ask: { id, to }, persistence }) {
        const buyer = [...world.players.values()].find(({ name }) => name === to)
        const [item] = player.items
        if (!buyer || !item) throw new Sorry('There is nobody to sell to, or nothing to sell.')
        await persistence.trade(player, {
          id,
          changes: [
            { do: 'move', id: item.id, from: persistence.holder(player), to: persistence.holder(buyer) },
          ],
          others: [buyer],
        })
        return { lanterns: player.items.length }
      },
      where: ({ player: { entity } }) => ({ x: entity?.position.x ?? 0, y: entity?.position.y ?? 0 }),
      count: ({ player: { id, items, role } }) => ({
        lanterns: items.length,
        visits: visits.get(id) ?? 0,
        role,
      }),
    },
  })
}

/** What game code does wrong where the engine cannot see it: a promise that is forgotten, then a timer that throws. */
if (process.env.HUT_FAILS === 'sudden')
  process.once('SIGUSR2', () => {
    process.once('SIGUSR2', () => {
      setTimeout(() => {
        throw new Error('The roof came down.')
      })
    })
    void Promise.reject(new Error('A tile fell.'))
  })

/** What is kept and never let go: at the first signal two thirds of a heap of 96 MiB, at the second all there is. */
const kept: object[] = []
if (process.env.HUT_FAILS === 'leaks')
  process.once('SIGUSR2', () => {
    // Some 20 kB, and no long list that takes a tenth of the heap at once as it grows.
    const keepMore = () => kept.push(Array.from({ length: 300 }, (_, at) => ({ at })))
    // Without --expose-gc V8 would find out now or somewhat later.
    const { gc = () => {} } = globalThis as { gc?: () => void }
    for (const enough = 0.66 * 96 * 2 ** 20; getHeapStatistics().used_heap_size < enough; gc())
      while (getHeapStatistics().used_heap_size < enough) keepMore()
    process.once('SIGUSR2', () => setInterval(keepMore, 10))
  })

export default hutServer({ guests: process.env.HUT_GUESTS !== 'no' })
