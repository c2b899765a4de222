import { AttributeBook, attributeAnswers, emptyMap, type Light, Sight, type Visible } from 'shardless'
import { defineServer, Sorry } from 'shardless/server'
import { night } from './game.ts'

const map = emptyMap(128, 128)
const sight = new Sight({ map, walls: [{ x0: 64, y0: 20, x1: 64, y1: 100 }], reach: 40 })
sight.light({ at: { x: 60, y: 64 }, reach: 6 })
const door = sight.door([{ x0: 64, y0: 100, x1: 64, y1: 104 }])

const attributes = new AttributeBook(night.attributes)
const lanterns = new Map<number, Light>()

interface Question {
  readonly world: { readonly tick: number }
  readonly player: { readonly entity?: Visible }
  readonly entity: Visible
}

const canSee = ({ world, player, entity }: Question): boolean =>
  player.entity !== undefined && sight.canSee(player.entity, entity, world.tick)

export default defineServer(night, {
  map,
  join({ world, player }) {
    const position = { x: 58 + player.id, y: 64 }
    const walker = world.spawn('walker', { position, name: player.name }, { isRestricted: true })
    // A light that moves keeps the position it is given, and so goes where its bearer goes.
    const lantern = sight.light({ at: walker.position, reach: 8, isMoving: true })
    lantern.isOn = false
    lanterns.set(walker.id, lantern)
    attributes.add(walker)
    return walker
  },
  leave({ player: { entity } }) {
    const lantern = entity && lanterns.get(entity.id)
    if (lantern) sight.removeLight(lantern)
    if (entity) attributes.remove(entity)
  },
  canSee,
  update({ world }) {
    door.isOpen = world.seconds % 20 < 10
  },
  requests: {
    ...attributeAnswers(attributes, { canSee }),
    lantern({ player: { entity } }) {
      const own = entity && attributes.of(entity)
      const lantern = entity && lanterns.get(entity.id)
      if (!own || !lantern) throw new Sorry('You have no lantern.')
      if (own.edit([{ name: 'oil', by: -10 }], 'server')) throw new Sorry('There is no oil left.')
      lantern.isOn = !lantern.isOn
      return { oil: own.read('oil') }
    },
    shoot({ world, player: { entity: archer }, ask: { east, north } }) {
      if (!archer) throw new Sorry('You are not here.')
      const from = archer.position
      const to = { x: from.x + east * 30, y: from.y + north * 30 }
      const where = ({ id }: { id: number }): boolean => id !== archer.id
      const hit = world.query.firstAlong(from, to, { kind: 'walker', radius: 0.4, walls: sight.walls, where })
      return { hit: hit?.entity.name ?? 'nobody' }
    },
  },
})
