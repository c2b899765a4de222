/**
 * Worlds of a realm, each with an author and a desk of its own, and players whose views are made anew where they
 * arrive.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../src/core/index.ts'
import { parseMap } from '../../src/geometry/index.ts'
import { Author, Desk, PacketWriter, Replica, View } from '../../src/replication/index.ts'
import { type AnyEntity, BODY_RADIUS, type Instance, type Player, Realm } from '../../src/world/index.ts'
import { field } from '../field/field.ts'

type Field = typeof field

test('[M19] players who walk through portals for a minute are in one world at every tick, and their views tell them so', () => {
  const show = new Show()
  const dice = new Random(9)
  const players = Array.from({ length: 12 }, (_, i) =>
    show.join(`p${i}`, dice.between(10, 54), dice.between(10, 54)),
  )
  const heading = players.map(() => ({ x: 0, y: 0 }))
  let crossings = 0
  for (let tick = 1; tick <= 1200; tick++) {
    for (const [i, { entity }] of players.entries()) {
      assert.ok(entity)
      if (dice.chance(0.05)) heading[i] = { x: dice.integer(-1, 1) * 0.35, y: dice.integer(-1, 1) * 0.35 }
      show.realm
        .whereIs(players[i])
        ?.world.map.slide(entity.position, heading[i].x, heading[i].y, BODY_RADIUS)
      entity.health = tick % 100
    }
    crossings += show.tick()
    for (const player of players) {
      const { id } = player.entity as AnyEntity
      const holders = [...show.realm.instances].filter(({ world }) => world.get(id) !== undefined)
      assert.deepEqual(holders, [show.realm.whereIs(player)], `tick ${tick}: ${player.name}`)
      // Each sees itself, and exactly those who are in the same world.
      const here = players.filter((other) => show.realm.whereIs(other) === holders[0])
      assert.deepEqual(
        show.seenBy(player),
        here.map((other) => other.name).sort(),
        `tick ${tick}: ${player.name}`,
      )
    }
  }
  assert.ok(crossings > 10, `${crossings} crossings`)
})

interface Seat {
  view: View
  replica: Replica
}

/** What a server does with a realm, without its sockets. */
class Show {
  readonly realm: Realm<Field>
  readonly #desks = new Map<Instance<Field>, { author: Author; desk: Desk }>()
  readonly #seats = new Map<Player<Field>, Seat>()
  readonly #packet = new PacketWriter(65_536)

  constructor() {
    const maps = { meadow: mapOf('cave', 0), cave: mapOf('meadow', 56) }
    this.realm = new Realm(field, { maps, random: new Random(1) })
  }

  join(name: string, x: number, y: number): Player<Field> {
    const home = this.realm.home('meadow')
    const player = this.realm.addPlayer(name, home)
    player.entity = home.world.spawn('walker', { position: { x, y }, name })
    this.#sit(player, home)
    return player
  }

  /** @returns how many crossed */
  tick(): number {
    const { realm } = this
    realm.advance()
    for (const instance of realm.instances) {
      if (!instance.isDue) continue
      const { author, desk } = this.#deskOf(instance)
      author.publish()
      desk.begin(instance.world.tick)
    }
    for (const { player, to } of realm.crossings) this.#sit(player, to)
    for (const [player, { view, replica }] of this.#seats) {
      const { position } = player.entity as AnyEntity
      view.lookAt(position?.x ?? 0, position?.y ?? 0, 100)
      this.#packet.length = 0
      view.write(this.#packet)
      const tick = realm.whereIs(player)?.world.tick ?? 0
      replica.receive(tick, this.#packet.finish().slice())
    }
    const crossed = realm.crossings.length
    realm.endTick()
    return crossed
  }

  seenBy(player: Player<Field>): string[] {
    const { replica } = this.#seats.get(player) as Seat
    return [...replica.present.values()].map(({ entity }) => String(entity.name)).sort()
  }

  /** A view on the desk of the world where the player is now, and an empty replica for its game. */
  #sit(player: Player<Field>, to: Instance<Field>): void {
    this.#seats.get(player)?.view.close()
    const { desk } = this.#deskOf(to)
    const listener = { entered() {}, changed() {}, moved() {}, left() {} }
    this.#seats.set(player, { view: new View(desk), replica: new Replica(to.world.game, listener) })
  }

  #deskOf(instance: Instance<Field>) {
    const known = this.#desks.get(instance)
    if (known) return known
    const author = new Author(instance.world as never)
    const made = { author, desk: new Desk(author) }
    this.#desks.set(instance, made)
    return made
  }
}

/** 64 x 64 m with a portal in one corner and the place `door` in the middle. */
function mapOf(map: string, x: number) {
  const properties = Object.entries({ map, place: 'door' }).map(([name, value]) => ({ name, value }))
  const layer = (name: string, object: object) => ({ name, type: 'objectgroup', objects: [object] })
  return parseMap({
    ...{ orientation: 'orthogonal', width: 64, height: 64, tilewidth: 1, tileheight: 1 },
    properties: [{ name: 'pixelsPerMetre', value: 1 }],
    layers: [
      layer('portals', { id: 1, x, y: 0, width: 8, height: 64, properties }),
      layer('places', { id: 2, name: 'door', x: 32, y: 32, point: true }),
    ],
  })
}
