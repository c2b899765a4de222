/** Serves the town and the catacombs below it: where people start, and who hears what they say. */
import type { EntityId, Realm, World } from 'shardless'
import { defineServer, loadMap, Sorry } from 'shardless/server'
import { freeName, placeAmongPeople } from './game/arrival.ts'
import { burningNear, tendLanterns } from './game/lanterns.ts'
import { carriedMax, hearing, looks, town, viewRadius } from './game/town.ts'
import { resume, settle } from './game/townspeople.ts'

export { dialects } from './dialects.ts'

const mapOf = (name: string) => loadMap(new URL(`./map/${name}.tmj`, import.meta.url))

/** Control characters, and those that reverse the writing direction of everything after them. */
const unspeakable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** How long a region that is to be killed goes on, in ms. */
const CRASH_MS = 100

/** The lanterns that somebody is about to pick up: they are stored first. */
const reserved = new Set<EntityId>()

export default defineServer(town, {
  maps: {
    town: {
      map: mapOf('town'),
      begin({ world }) {
        light(world)
        settle(world, Number(process.env.TOWNSPEOPLE ?? 0))
      },
    },
    catacombs: {
      map: mapOf('catacombs'),
      begin({ world }) {
        light(world)
        // No day comes down here.
        world.spawn('sky', { hour: 0 })
      },
    },
  },
  viewRadius,
  web: new URL('./build/', import.meta.url),
  /** Guest tokens last a month, and the page renews its token with each visit. */
  accounts: { guests: true, tokenMs: 30 * 86_400_000 },
  join({ world, player: { id, name: wanted, character }, realm }) {
    const position = { ...(character?.position ?? placeAmongPeople(world, world.random)) }
    const name = freeName(wanted, namesIn(realm))
    const facing = world.random.between(0, 2 * Math.PI)
    return world.spawn('walker', {
      position,
      facing,
      gait: 'standing',
      name,
      ...keptOf(character?.state, id),
    })
  },
  arrived: ({ world, entity }) => resume(world, entity),
  save: ({ player: { entity } }) => entity && { facing: entity.facing, look: entity.look },
  requests: {
    say({ world, player, ask: { text } }) {
      const words = text.replace(unspeakable, '').trim()
      if (words === '') throw new Sorry('There is nothing to hear in that.')
      const { id, position } = player.entity!
      world.tell('said', { who: id, text: words }, { near: position, radius: hearing })
      return { heardBy: world.near(position, hearing).length - 1 }
    },
    wave({ world, player }) {
      const { id, position } = player.entity!
      world.tell('waved', { who: id }, { near: position, radius: hearing })
      return { seenBy: world.near(position, hearing).length - 1 }
    },
    async pick({ world, player, persistence }) {
      if (!persistence.lasts(player))
        throw new Sorry('Only the first page of a browser keeps what it picks up.')
      if (player.items.length >= carriedMax) throw new Sorry('You cannot carry any more.')
      const lantern = burningNear(world, player.entity!.position, ({ id }) => !reserved.has(id))
      if (!lantern) throw new Sorry('No lantern burns within reach.')
      const holder = persistence.holder(player)
      const item = { id: persistence.newId(), kind: 'lantern', quantity: 1, data: new Uint8Array(0), holder }
      // Nobody else can take it meanwhile, and where it comes to nothing it lies where it lay.
      reserved.add(lantern.id)
      try {
        await persistence.trade(player, { changes: [{ do: 'mint', item }] })
        world.despawn(lantern)
      } finally {
        reserved.delete(lantern.id)
      }
      return { carried: player.items.length }
    },
    crash() {
      if (process.env.TOWN_CRASHES !== 'yes') throw new Sorry('This town is not there to be broken.')
      // The answer goes out, and then nothing more: no saving, no goodbye.
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), CRASH_MS)
      return {}
    },
    carried: ({ player: { items } }) => ({ carried: items.length }),
  },
})

/** Iterates over the names of all players, on every map. */
function* namesIn(realm: Realm<typeof town>): Generator<string> {
  for (const { world } of realm.instances) for (const { name } of world.entities('walker')) yield name
}

/** Reads a character's look and heading as stored last time. */
function keptOf(state: unknown, id: number): { look: number; facing?: number } {
  const { look, facing } = (state ?? {}) as { look?: unknown; facing?: unknown }
  const isKnown = Number.isInteger(look) && (look as number) >= 0 && (look as number) < looks
  const isTurned = typeof facing === 'number' && facing >= 0 && facing < 2 * Math.PI
  return { look: isKnown ? (look as number) : id % looks, ...(isTurned && { facing }) }
}

function light(world: World<typeof town>): void {
  world.tasks.start(() => tendLanterns(world), { name: 'lanterns' })
}
