import assert from 'node:assert/strict'
import { test } from 'node:test'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import { Random } from '../../core/index.ts'
import { emptyMap } from '../../geometry/index.ts'
import { Author, Desk, View } from '../../replication/index.ts'
import { type AnyEntity, World } from '../../world/index.ts'
import { ValueView } from '../index.ts'

/** The tolerance of a motion, and a step, in metres. */
const TOLERANCE = 1 / 32 + 0.2

/** Sets up a world of people who walk about, come and go, with one onlooker. */
function stage(seed: number, size = 25) {
  const random = new Random(seed)
  const world = new World(village, { map: emptyMap(256, 256), random: new Random(2) })
  const author = new Author(world)
  const desk = new Desk(author)
  const people: { villager: AnyEntity; east: number; north: number }[] = []
  const spawn = (): void => {
    const position = { x: random.integer(90, 166), y: random.integer(90, 166) }
    const villager = world.spawn('villager', { position, mood: 5, name: `V${people.length}` })
    people.push({ villager: villager as unknown as AnyEntity, east: 0, north: 0 })
  }
  for (let count = 0; count < size; count++) spawn()
  const views: View[] = []
  const look = (stride: number, options: { readonly bytesPerSecond?: number } = {}) => {
    const view = new View(desk, options)
    views.push(view)
    return new Onlooker(view, new ValueView(village, { stride }), stride)
  }
  const advance = (): void => {
    world.endTick()
    for (const person of people) {
      if (random.integer(1, 12) === 1) {
        person.east = random.integer(-1, 1)
        person.north = random.integer(-1, 1)
      }
      const { position } = person.villager
      if (position === undefined) continue
      position.x = Math.min(200, Math.max(56, position.x + 0.1 * person.east))
      position.y = Math.min(200, Math.max(56, position.y + 0.1 * person.north))
      if (random.integer(1, 400) === 1) position.x = random.integer(90, 166)
    }
    if (random.integer(1, 20) === 1) {
      const [gone] = people.splice(random.integer(0, people.length - 1), 1)
      world.despawn(gone.villager as never)
      spawn()
    }
    world.advance()
    author.publish()
    desk.begin(world.tick)
    for (const view of views) view.lookAt(128, 128, 40)
  }
  return { world, people, look, advance }
}

/** Remembers the news so far, and checks each tick's news against it. */
class Onlooker {
  readonly values: ValueView
  readonly #view: View
  readonly #stride: number
  readonly #squares = new Map<number, string>()

  constructor(view: View, values: ValueView, stride: number) {
    this.#view = view
    this.values = values
    this.#stride = stride
  }

  advance(tick: number): void {
    const { entered, moved, left } = this.values.advance(this.#view, tick)
    const square = ({ position }: AnyEntity): string => {
      const { x, y } = position!
      return this.#stride > 0
        ? `${Math.floor(x / this.#stride)} ${Math.floor(y / this.#stride)}`
        : `${x} ${y}`
    }
    for (const { entity } of left) assert.ok(this.#squares.delete(entity.id), `${entity.id} was known`)
    const expected: number[] = []
    const fresh = new Set(entered.map(({ id }) => id))
    for (const entity of entered) assert.ok(entity.position!.x > 50, `${entity.id} is told where it is`)
    for (const entity of this.values.all()) {
      const now = square(entity)
      const before = this.#squares.get(entity.id)
      assert.equal(before === undefined, fresh.has(entity.id), `${entity.id} is told as it comes`)
      if (before !== undefined && before !== now) expected.push(entity.id)
      this.#squares.set(entity.id, now)
    }
    const told = moved.map(({ id }) => id).sort((a, b) => a - b)
    assert.deepEqual(
      told,
      expected.sort((a, b) => a - b),
      `moved at ${tick}`,
    )
  }
}

for (const seed of [1, 2, 3])
  test(`[D9] those are told as moved who are elsewhere, once each, whoever else looks on and how often (${seed})`, () => {
    const { world, people, look, advance } = stage(seed)
    const [exact, tiles, slow] = [look(0), look(2), look(0)]
    const random = new Random(seed)
    for (let count = 0; count < 700; count++) {
      advance()
      const isSlowThere = random.integer(1, 5) === 1
      if (isSlowThere && count % 2 === 0) slow.advance(world.tick)
      exact.advance(world.tick)
      tiles.advance(world.tick)
      if (isSlowThere && count % 2 === 1) slow.advance(world.tick)
      for (const { villager } of people) {
        const seen = exact.values.entity(villager.id)?.position
        if (seen === undefined) continue
        const { x, y } = villager.position!
        assert.ok(Math.hypot(seen.x - x, seen.y - y) < TOLERANCE, `${villager.id} is where it is`)
      }
    }
  })

test('[D12] whoever has been told the same is shown the same place, which is computed once', () => {
  const { world, people, look, advance } = stage(9)
  const [first, second] = [look(0), look(0)]
  for (let count = 0; count < 100; count++) {
    advance()
    first.advance(world.tick)
    second.advance(world.tick)
  }
  let shared = 0
  for (const { villager } of people) {
    const one = first.values.entity(villager.id)
    const other = second.values.entity(villager.id)
    assert.equal(one?.position, other?.position)
    if (one !== undefined) shared++
    if (one !== undefined) assert.notEqual(one, other, 'what is told is each viewer’s own')
  }
  assert.ok(shared > 10)
})

test('[D9] on a narrow link, too, nobody is shown before it is known where they are, and all moves are told', () => {
  const { world, look, advance } = stage(4, 300)
  const narrow = [look(0, { bytesPerSecond: 2000 }), look(2, { bytesPerSecond: 2000 })]
  for (let count = 0; count < 1000; count++) {
    advance()
    for (const onlooker of narrow) onlooker.advance(world.tick)
  }
  assert.ok([...narrow[0].values.all()].length > 5)
})
