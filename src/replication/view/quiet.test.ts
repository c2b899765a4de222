import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { topicKey } from '../ledger/topic.ts'
import { Stage, Watcher } from '../stage.suite.ts'

/** So long that whoever looks from time to time has looked, and that nobody moves since. */
const SILENCE_TICKS = 40

/** Stands among two who stand, long after anything happened. */
function silence() {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8 }).at(128, 128, 40)
  watcher.view.follow(topicKey({ kind: 'world', id: 0 }))
  const ada = stage.walker(140, 128)
  const bob = stage.walker(128 + 60, 128, { name: 'Bob' })
  const sky = stage.world.spawn('sky', { weather: 0 })
  for (let tick = 0; tick < SILENCE_TICKS; tick++) stage.tick(watcher)
  assert.ok(watcher.view.isStill)
  assert.equal(watcher.bytes, 0)
  watcher.news()
  return { stage, watcher, ada, bob, sky }
}

type Silence = ReturnType<typeof silence>

test('[T43] after a long silence all that happens is told in its tick', () => {
  const happens: Record<string, [(at: Silence) => void, news: string]> = {
    'a field': [({ ada }) => (ada.health = 7), 'Ada changes health from 100'],
    'a topic without a place': [({ sky }) => (sky.weather = 2), `3 changes weather from 0`],
    'a newcomer': [({ stage }) => stage.walker(120, 120, { name: 'Cleo' }), 'Cleo enters'],
    'a newcomer in an empty cell': [({ stage }) => stage.walker(128, 150, { name: 'Cleo' }), 'Cleo enters'],
    'a jump into the circle': [
      ({ stage, bob }) => stage.world.teleport(bob, { x: 110, y: 128 }),
      'Bob enters',
    ],
    'somebody who goes': [({ stage, ada }) => stage.world.despawn(ada), 'Ada leaves (removed)'],
    'a viewer who sees further': [({ watcher }) => watcher.at(128, 128, 70), 'Bob enters'],
    'a viewer who walks': [({ watcher }) => watcher.at(150, 128, 40), 'Bob enters'],
  }
  for (const [what, [happen, news]] of Object.entries(happens)) {
    const at = silence()
    happen(at)
    at.stage.tick(at.watcher)
    assert.deepEqual(at.watcher.news(), [news], what)
  }
})

test('[T43] whoever walks up to a viewer who stands in silence is told of within eight ticks', () => {
  const { stage, watcher, bob } = silence()
  for (let tick = 0; tick < 90 && watcher.told.length === 0; tick++) {
    bob.position.x -= 0.25
    stage.tick(watcher)
  }
  assert.deepEqual(watcher.news(), ['Bob enters'])
  const metres = bob.position.x - 128
  assert.ok(metres <= 44 && metres > 44 - 8 * 0.25 - 0.25, `${metres} m`)
})

test('[T43] in a world where most stand, each viewer has what is within its circle, whatever happens', () => {
  const seed = Math.floor(Math.random() * 1e9)
  const random = new Random(seed)
  const stage = new Stage()
  const place = () => ({ x: random.between(20, 236), y: random.between(20, 236) })
  const people = Array.from({ length: 30 }, (_, i) => {
    const { x, y } = place()
    return stage.walker(x, y, { name: `P${i}` })
  })
  const places = Array.from({ length: 4 }, place)
  const watchers = places.map(({ x, y }) => new Watcher(stage.desk, { rim: 8 }).at(x, y, 40))
  for (let round = 0; round < 40; round++) {
    const one = people[random.integer(0, people.length - 1)]
    const what = random.integer(0, 3)
    if (what === 0) one.health = random.integer(0, 100)
    else if (what === 1) stage.world.teleport(one, place())
    else if (what === 2) {
      const i = random.integer(0, 3)
      places[i] = place()
      watchers[i].at(places[i].x, places[i].y, 40)
    }
    const steps = what === 3 ? random.integer(1, 12) : 0
    for (let tick = 0; tick < random.integer(10, 30); tick++) {
      if (tick < steps) one.position.x += one.position.x < 128 ? 0.5 : -0.5
      stage.tick(...watchers)
    }
    for (const [i, { replica }] of watchers.entries())
      for (const person of people) {
        const metres = Math.hypot(person.position.x - places[i].x, person.position.y - places[i].y)
        const shown = replica.present.get(person.id)?.entity
        const said = `seed ${seed}, round ${round}: ${person.name} is ${metres} m from viewer ${i}`
        if (metres < 44) assert.equal(shown?.health, person.health, said)
        if (metres > 48) assert.equal(shown, undefined, said)
      }
  }
})
