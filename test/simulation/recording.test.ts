/** Recordings: what is written down of a world, and that it plays as it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, instant, Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { Pair, RECORD_BYTES_MAX, RecordedWorld, Recorder } from '../../src/lab/index.ts'
import { Author } from '../../src/replication/index.ts'
import { integer, record } from '../../src/wire/index.ts'
import { defineGame, World } from '../../src/world/index.ts'
import { everySort } from '../field/every-sort.ts'
import { field } from '../field/field.ts'
import { lively, livelyBots } from '../field/lively.ts'
import { walkers } from '../field/walkers.ts'

interface Place {
  readonly x: number
  readonly y: number
}

interface Recorded {
  readonly bytes: Uint8Array
  /** By tick: where every walker truly was. */
  readonly truth: readonly (ReadonlyMap<number, Place> | undefined)[]
  readonly lastTick: number
}

const KEYFRAME_TICKS = 50

/** A game with something that is predicted. */
const tumbling = defineGame({
  name: 'tumbling',
  version: '1',
  map: { width: 64, height: 64, cellSize: 32 },
  player: 'walker',
  entities: everySort,
  command: record({ east: integer({ min: -1, max: 1 }) }),
  step() {},
})

/** Half a minute of the field, with people who come, walk and go. */
async function recorded(seed = 1, ticks = 600): Promise<Recorded> {
  const pair = new Pair(lively, { seed })
  const parts: Uint8Array[] = []
  const recorder = new Recorder(pair.host.author, {
    write: (bytes) => void parts.push(new Uint8Array(bytes)),
    keyframeTicks: KEYFRAME_TICKS,
  })
  const random = new Random(seed)
  const clients = [0, 1, 2].map((number) => ({
    client: pair.connect({ name: `Walker ${number}` }),
    mind: livelyBots.begin({ number: 0, random: random.fork() }),
  }))
  const truth: Map<number, Place>[] = []
  for (let i = 0; i < ticks; i++) {
    if (i === 300) clients.pop()?.client.close()
    for (const { client, mind } of clients) {
      client.frame()
      if (client.me) client.command(mind({ client, me: client.me, random, seconds: i / 20 }))
    }
    await pair.run(50)
    const { world } = pair.host
    recorder.record(world.tick - 1)
    truth[world.tick - 1] = new Map(
      [...world.entities('walker')].map(({ id, position }) => [id, { x: position.x, y: position.y }]),
    )
  }
  return { bytes: concat(parts), truth, lastTick: pair.host.world.tick - 1 }
}

const run = await recorded()

/** A player whose time is moved by hand. */
function player(bytes: Uint8Array): { world: RecordedWorld<typeof field>; pass: (ms: number) => void } {
  let now = instant(0)
  const world = new RecordedWorld(field, bytes, { now: () => now })
  return { world, pass: (ms) => (now = instant(now + ms)) }
}

function placesOf(world: RecordedWorld<typeof field>): Map<number, Place> {
  world.frame()
  return new Map(
    [...world.entities('walker')].map(({ id, position }) => [id, { x: position.x, y: position.y }]),
  )
}

test('[R1] a recording begins with its mark, version, fingerprint, ticks a second and name', () => {
  const print = field.fingerprint.match(/../g) as string[]
  const expected = [0x53, 0x4c, 0x52, 0x43, 3, ...print.map((byte) => Number.parseInt(byte, 16)), 20, 5]
  assert.deepEqual([...run.bytes.subarray(0, expected.length)], expected)
  assert.equal(new TextDecoder().decode(run.bytes.subarray(expected.length, expected.length + 5)), 'field')
})

test('[R4] what is predicted stands on nothing from before a keyframe: each can be begun at', () => {
  const world = new World(tumbling, { map: emptyMap(64, 64), random: new Random(1) })
  const author = new Author(world as never)
  const parts: Uint8Array[] = []
  const recorder = new Recorder(author, {
    write: (bytes) => void parts.push(new Uint8Array(bytes)),
    keyframeTicks: 7,
  })
  const wreck = world.spawn('wreck', {
    position: { x: 1, y: 30, z: 5 },
    rotation: { x: 0, y: 0, z: 0, w: 1 },
    spin: { x: 0, y: 0, z: 0, w: 1 },
    isHeavy: false,
  })
  const xs: number[] = []
  for (let i = 0; i < 60; i++) {
    wreck.position.x += 0.3 + (i % 3) * 0.2
    world.advance()
    author.publish()
    recorder.record(world.tick)
    xs[world.tick] = wreck.position.x
    world.endTick()
  }
  for (let tick = 1; tick < 60; tick++) {
    const played = new RecordedWorld(tumbling, concat(parts), { now: () => instant(0) })
    // Back to it, which begins at the keyframe before.
    played.seek(60)
    played.seek(tick)
    played.frame()
    const [shown] = [...played.entities('wreck')]
    assert.ok(
      Math.abs(shown.position.x - xs[tick]) <= 1 / 256,
      `${tick}: ${shown.position.x}, not ${xs[tick]}`,
    )
    assert.equal(played.stats.isBroken, false)
  }
})

test('[R2] a recording of another game, or what is none, is refused with a sentence', () => {
  const open = (game: typeof walkers, bytes: Uint8Array) => () =>
    new RecordedWorld(game, bytes, { now: () => instant(0) })
  assert.throws(open(walkers, run.bytes), { name: 'OutsideError', message: /is of "field", as it was then/ })
  assert.throws(open(walkers, new Uint8Array(0)), { message: 'This is no recording of a Shardless world.' })
  const newer = new Uint8Array(run.bytes)
  newer[4] = 4
  assert.throws(open(walkers, newer), { message: /is of version 4; this program plays version 3/ })
  assert.throws(open(walkers, run.bytes.subarray(0, 9)), {
    message: 'The recording ends before it has begun.',
  })
})

test('[R3] a record longer than its bound, or of a tick that is over, ends the recording', () => {
  const header = run.bytes.subarray(0, 20)
  const at = (tick: number, length: number[], kind = 1) => [kind, tick, ...length]
  const tooLong = [((RECORD_BYTES_MAX + 1) & 0x7f) | 0x80, 0x80, 0x80, 2]
  for (const bytes of [at(1, tooLong), at(0, [1]), at(1, [0]), at(1, [1], 2), at(1, [1], 0)]) {
    const { world } = player(Uint8Array.from([...header, ...bytes, 0, 0, 0]))
    assert.deepEqual([world.stats.records, world.stats.isCutShort], [0, true], `${bytes}`)
  }
  const twice = Uint8Array.from([...header, 1, 5, 1, 0, 0, 5, 1, 0])
  assert.deepEqual([player(twice).world.stats.records, player(twice).world.stats.isCutShort], [1, true])
})

test('[R4] [R5] everything can be shown from any keyframe, and there is one as often as was asked for', () => {
  const { world } = player(run.bytes)
  assert.equal(world.stats.isCutShort, false)
  const keyframes: number[] = []
  for (let tick = world.firstTick; tick <= world.lastTick; tick += KEYFRAME_TICKS) {
    const fresh = player(run.bytes).world
    fresh.seek(tick)
    keyframes.push(tick)
    assert.deepEqual(
      [...placesOf(fresh).keys()].sort(),
      [...(run.truth[tick]?.keys() ?? [])].sort(),
      `${tick}`,
    )
  }
  assert.ok(keyframes.length >= 12)
})

test('[R6] what is cut off in the middle of a record plays to the record before', () => {
  const { world } = player(run.bytes.subarray(0, run.bytes.length - 3))
  assert.ok(world.stats.isCutShort)
  assert.ok(world.lastTick >= run.lastTick - 5 && world.lastTick < run.lastTick)
  world.seek(world.lastTick)
  assert.ok(placesOf(world).size > 0 && !world.stats.isBroken)
})

test('[R7] a recording with turned bits never throws and never hangs', () => {
  const random = new Random(7)
  for (let round = 0; round < 150; round++) {
    const bytes = new Uint8Array(run.bytes)
    for (let bends = random.integer(1, 8); bends > 0; bends--)
      bytes[random.integer(20, bytes.length - 1)] ^= 1 << random.integer(0, 7)
    const { world, pass } = player(bytes)
    for (let step = 0; step < 10; step++) {
      world.seek(random.between(0, run.lastTick))
      world.play()
      pass(500)
      placesOf(world)
    }
  }
})

test('[R8] played, walkers are where they were, whichever way the tick was come to', () => {
  const { world, pass } = player(run.bytes)
  const others = player(run.bytes).world
  const random = new Random(3)
  world.play()
  let compared = 0
  while (world.isPlaying) {
    pass(random.between(5, 200))
    const played = placesOf(world)
    const { tick } = world.stats
    // Once by playing, once by moving there from anywhere.
    others.seek(random.between(0, run.lastTick))
    others.seek(tick)
    assert.deepEqual(placesOf(others), played, `tick ${tick}`)
    const from = run.truth[Math.floor(tick)]
    const to = run.truth[Math.ceil(tick)]
    const share = tick - Math.floor(tick)
    for (const [id, place] of played) {
      const [a, b] = [from?.get(id), to?.get(id)]
      // Whoever jumped was nowhere in between.
      if (a === undefined || b === undefined || Math.hypot(b.x - a.x, b.y - a.y) > 1) continue
      const off = Math.hypot(place.x - a.x - (b.x - a.x) * share, place.y - a.y - (b.y - a.y) * share)
      assert.ok(off < 0.06, `walker ${id} is off by ${off} m at tick ${tick}`)
      compared++
    }
  }
  assert.ok(compared > 1000, `${compared} compared`)
})

test('a recording is paused, hurried and moved, and tells who comes and goes', () => {
  const { world, pass } = player(run.bytes)
  const told: string[] = []
  world.onEnter('walker', ({ name }) => told.push(`+${name}`))
  world.onLeave('walker', ({ name }) => told.push(`-${name}`))
  world.play()
  pass(1000)
  world.frame()
  const { tick } = world.stats
  assert.equal(tick, world.firstTick + 20)
  world.pause()
  pass(5000)
  world.frame()
  assert.equal(world.stats.tick, tick)
  world.play()
  world.speed = 4
  pass(1000)
  world.frame()
  assert.equal(world.stats.tick, tick + 80)
  told.length = 0
  world.seek(400)
  assert.ok(told.includes('-Walker 2'))
  told.length = 0
  world.seek(200)
  assert.ok(told.includes('+Walker 2') && told.includes('+Wanderer 0'))
  world.seek(1e9)
  assert.equal(world.stats.tick, world.lastTick)
})

test('the same run is the same recording, and it costs little', async () => {
  const again = await recorded()
  assert.deepEqual(again.bytes, run.bytes)
  const bytesPerSecond = run.bytes.length / 30
  assert.ok(bytesPerSecond < 4000, `${bytesPerSecond} bytes a second`)
})
