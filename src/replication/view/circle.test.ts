import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stage, Watcher } from '../stage.suite.ts'

/** Ticks until everybody's place was looked at. */
const LOOK_TICKS = 8

test('[T43] who is within the radius is told of, who is beyond the rim is not, though the cell is followed', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8 }).at(128, 128, 40)
  stage.walker(128 + 39.9, 128, { name: 'Near' })
  stage.walker(128 + 44, 128, { name: 'Ring' })
  stage.walker(128 + 44.5, 128, { name: 'Outer' })
  stage.walker(128 + 49, 128, { name: 'Far' })
  stage.tick(watcher)
  assert.deepEqual(watcher.news(), ['Near enters', 'Ring enters'])
  assert.equal(watcher.view.entities, 2)
})

test('[T43] who is told of stays until beyond the rim, and comes back only within half of it', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8 }).at(128, 128, 40)
  const ada = stage.walker(128 + 40, 128)
  stage.tick(watcher)
  watcher.news()
  const told: string[] = []
  const goTo = (metres: number): void => {
    ada.position.x = 128 + metres
    for (let tick = 0; tick < LOOK_TICKS; tick++) stage.tick(watcher)
    told.push(`${metres}: ${watcher.news()}`)
  }
  for (const metres of [47.5, 48.5, 45, 43.5]) goTo(metres)
  assert.deepEqual(told, ['47.5: ', '48.5: Ada leaves (out of range)', '45: ', '43.5: Ada enters'])
})

test('[T43] who is not told of costs nothing: what they do leaves no byte', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8 }).at(128, 128, 40)
  const ada = stage.walker(128 + 50, 128)
  stage.tick(watcher)
  let bytes = 0
  for (let tick = 0; tick < 20; tick++) {
    ada.health = tick
    stage.tick(watcher)
    bytes += watcher.bytes
  }
  assert.equal(bytes, 0)
})

test('[T43] two who stand within the radius of each other see each other, whatever cells lie between', () => {
  for (let metres = 34; metres <= 52; metres += 3) {
    const stage = new Stage()
    const watchers = [0, 1].map(() => new Watcher(stage.desk, { rim: 8 }))
    const places = [100, 100 + metres]
    for (const x of places) stage.walker(x, 70, { name: `At ${x}` })
    for (const [i, watcher] of watchers.entries()) watcher.at(places[i], 70, 40)
    stage.tick(...watchers)
    const [first, second] = watchers.map(({ replica }) => replica.present.size)
    assert.equal(first, second, `${metres} m apart`)
    assert.equal(first, metres <= 44 ? 2 : 1, `${metres} m apart`)
  }
})

test('[T43] the walker of one who walks along comes and goes once, and changes cells unseen', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8 })
  const ada = stage.walker(20, 128)
  for (let tick = 0; tick < 200; tick++) {
    ada.position.x += 1
    watcher.at(128, 128, 40)
    stage.tick(watcher)
    assert.ok(tick < 160 || ada.position.x > 178, 'it walks by')
  }
  assert.deepEqual(watcher.news(), ['Ada enters', 'Ada leaves (out of range)'])
})

test('[T44] alone with few, every turn is told at once; what is no turn waits for the second tick', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8, newsTicks: 2 }).at(128, 128, 40)
  const ada = stage.walker(150, 128)
  stage.tick(watcher)
  assert.deepEqual(
    patience(stage, watcher, () => ada.health--),
    'waits, told, waits, told',
  )
  assert.deepEqual(
    patience(stage, watcher, (tick) => step(ada, tick)),
    'told, told, told, told',
  )
})

test('[T44] in a crowd only those within 16 m are told of at once, and all there is with them', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8, newsTicks: 2 }).at(128, 128, 40)
  const far = stage.walker(128 + 17, 128)
  for (let i = 0; i < 25; i++) stage.walker(128 + 30, 128 + i / 2)
  const near = stage.walker(128 - 12, 128)
  for (let tick = 0; tick < 12; tick++) stage.tick(watcher)
  assert.deepEqual(
    patience(stage, watcher, (tick) => step(far, tick)),
    'told, waits, told, waits',
  )
  const both = patience(stage, watcher, (tick) => {
    step(far, tick)
    step(near, tick)
  })
  assert.deepEqual(both, 'told, told, told, told')
})

test('[T44] after a quiet tick nothing waits, and what waited is told whole', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8, newsTicks: 3 }).at(128, 128, 40)
  const ada = stage.walker(150, 128)
  for (let tick = 0; tick < 4; tick++) stage.tick(watcher)
  assert.deepEqual(
    patience(stage, watcher, (tick) => tick < 1 && ada.health--),
    'told, waits, waits, quiet',
  )
  ada.health = 50
  stage.tick(watcher)
  const entity = watcher.replica.present.get(ada.id)?.entity
  assert.equal(entity?.health, 50)
})

/** Lets something happen in each of four ticks. @returns what became of the news of each */
function patience(stage: Stage, watcher: Watcher, happen: (tick: number) => void): string {
  const fates: string[] = []
  for (let tick = 0; tick < 4; tick++) {
    happen(tick)
    stage.publish()
    if (watcher.view.isPatient) fates.push('waits')
    else {
      watcher.listen()
      fates.push(watcher.bytes > 0 ? 'told' : 'quiet')
    }
    stage.world.endTick()
  }
  return fates.join(', ')
}

/** Walks to and fro, so that each tick is a turn. */
function step(one: { readonly position: { x: number } }, tick: number): void {
  one.position.x += tick % 2 === 0 ? 0.4 : -0.4
}

test('[T43] who crosses into another cell within the circles of many is encoded as often as for one', () => {
  const encoded = [1, 12].map((count) => {
    const stage = new Stage()
    const watchers = Array.from({ length: count }, () => new Watcher(stage.desk, { rim: 8 }).at(128, 128, 40))
    const ada = stage.walker(127.5, 126)
    stage.tick(...watchers)
    const before = stage.desk.changes.encoded
    for (let tick = 0; tick < 4; tick++) {
      ada.position.x += 0.4
      stage.tick(...watchers)
    }
    for (const { replica } of watchers) assert.equal(replica.present.size, 1)
    return stage.desk.changes.encoded - before
  })
  assert.equal(encoded[1], encoded[0])
})

test('[T43] where everybody stands still nobody is looked at again, and whoever walks up is told of', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk, { rim: 8 }).at(128, 128, 40)
  stage.walker(128 + 10, 128, { name: 'Near' })
  const far = stage.walker(128 + 50, 128, { name: 'Far' })
  for (let tick = 0; tick < 4 * LOOK_TICKS; tick++) stage.tick(watcher)
  assert.deepEqual(watcher.news(), ['Near enters'])
  for (let tick = 0; tick < 40; tick++) {
    far.position.x -= 0.2
    stage.tick(watcher)
  }
  assert.deepEqual(watcher.news(), ['Far enters'])
})
