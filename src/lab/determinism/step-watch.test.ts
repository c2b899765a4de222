import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sin } from '../../core/index.ts'
import { emptyMap } from '../../geometry/index.ts'
import { bytes, integer, list, quantized, record } from '../../wire/index.ts'
import { alone, BODY_RADIUS, defineGame, entity, motion, type Neighbourhood } from '../../world/index.ts'
import { StepWatch } from './step-watch.ts'

const place = motion({ tolerance: 1 / 32, speedMax: 8 })

/** Makes a game with a given step; what it throws flies by `fly`. */
function gameOf(
  step: (self: Walker, command: { east: number; jumps: number }, near: Neighbourhood) => void,
  fly: (self: { position: { x: number } }) => boolean | undefined = () => undefined,
) {
  return defineGame({
    name: 'watched',
    version: '1',
    map: { width: 64, height: 64, cellSize: 32 },
    player: 'walker',
    entities: {
      walker: entity({
        position: place,
        speed: quantized({ min: 0, max: 8, step: 1 / 64 }),
        steps: integer({ min: 0, max: 1000 }),
        marks: list(integer({ min: 0, max: 9 }), { lengthMax: 4 }),
        bytes: bytes({ bytesMax: 4 }),
      }),
      arrow: entity({ position: place, by: integer({ min: 0, max: 1000 }) }),
    },
    command: record({ east: integer({ min: -1, max: 1 }), jumps: integer({ min: 0, max: 1 }) }),
    step: step as never,
    moves: { arrow: fly as never },
  })
}

interface Walker {
  readonly id: number
  position: { x: number; y: number }
  speed: number
  steps: number
  marks: number[]
  bytes: Uint8Array
}

const map = emptyMap(64, 64)

/** Plays a walker and an arrow for a while. @returns what is warned of, and the walker */
function play(
  game: ReturnType<typeof gameOf>,
  after: () => void = () => {},
): { told: string[]; walker: Walker } {
  const watch = new StepWatch(game)
  const near = alone(game, map)
  const walker = near.spawn('walker', { position: { x: 32, y: 32 } }) as unknown as Walker
  const arrow = near.spawn('arrow', { position: { x: 1, y: 1 } })
  for (let tick = 0; tick < 40; tick++) {
    watch.game.step(walker as never, { east: (tick % 3) - 1, jumps: tick % 10 === 9 ? 1 : 0 }, near)
    watch.game.moves?.arrow?.(arrow as never, near)
  }
  after()
  return { told: watch.finish(), walker }
}

const pure = gameOf((self, { east, jumps }, near) => {
  near.map.slide(self.position, east * near.seconds, sin(self.position.x) * near.seconds, BODY_RADIUS)
  self.steps++
  self.marks = [...self.marks, self.steps % 10].slice(-4)
  self.bytes = Uint8Array.of(self.steps)
  if (jumps === 0) return
  const arrow = near.spawn('arrow', { position: { ...self.position } }) as unknown as { by: number }
  arrow.by = self.id
})

test('a pure step is warned of nothing, and does what it did without being looked at', () => {
  const { told, walker } = play(pure)
  assert.deepEqual(told, [])
  assert.equal(walker.steps, 40)
  assert.deepEqual([walker.marks, [...walker.bytes]], [[7, 8, 9, 0], [40]])
})

test('dice of the platform are found, and named', () => {
  const { told } = play(gameOf((self) => void (self.speed = Math.random())))
  assert.equal(told.length, 2)
  assert.match(
    told[0],
    /^step differs when it is made again at once, of the same input: walker\.speed became 0\.\d+ and then 0\./,
  )
  assert.match(told[0], /It may look at nothing but its arguments/)
  assert.match(told[1], /^step: Math\.random is another each time: take dice that were handed in/)
})

test('a variable outside is found: counted, remembered, or changed by others later', () => {
  let count = 0
  assert.match(
    play(gameOf((self) => void (self.steps = ++count))).told[0],
    /walker\.steps became 1 and then 2\./,
  )
  let last = 0
  const remembers = gameOf((self) => {
    self.speed = Math.abs(self.position.x - last) % 8
    last = self.position.x
    self.position.x += 0.1
  })
  assert.match(play(remembers).told[0], /^step differs .* walker\.speed became/)
  let wind = 1
  const { told } = play(
    gameOf((self) => void (self.position.x += wind / 64)),
    () => {
      wind = 2
    },
  )
  assert.match(
    told[0],
    /^step differs when it is made again a while later, .* walker\.position became \{"x":32\.015625,"y":32\} and then/,
  )
  assert.equal(told.length, 1)
})

test('what was hung on the character beside its parts counts as outside: a client has not got it', () => {
  const hung = gameOf((self) => {
    const { heat = 0 } = self as { heat?: number }
    self.steps = heat
    Object.assign(self, { heat: heat + 1 })
  })
  assert.match(play(hung).told[0], /walker\.steps became 1 and then 0\./)
})

test('what is thrown, what a move answers and what throws are compared too', () => {
  let count = 0
  const throwsMore = gameOf((_self, _command, near) => {
    if (count++ % 2 === 0) near.spawn('arrow', { position: { x: 1, y: 1 } })
  })
  assert.match(play(throwsMore).told[0], /it threw \[\{"kind":"arrow".*\] and then \[\]\./)
  const answers = gameOf(
    () => {},
    () => count++ % 2 === 0,
  )
  assert.match(
    play(answers).told[0],
    /^moves\.arrow differs .* it answered (true|false) and then (true|false)\./,
  )
  let fails = false
  const failing = gameOf(() => {
    if (fails) throw new Error('no wind')
  })
  const { told } = play(failing, () => {
    fails = true
  })
  assert.match(told[0], /^step threw when it was made again a while later, of the same input: Error: no wind/)
})

test('functions that engines answer differently are named with their place, and are whole again afterwards', () => {
  const own = [Math.cos, Math.random]
  const game = gameOf(
    (self, { jumps }) => {
      if (jumps === 1) self.speed = 1 + Math.cos(self.position.x)
    },
    (self) => void (self.position.x += Math.hypot(0, 0)),
  )
  const { told } = play(game)
  assert.deepEqual(
    told.map((sentence) => sentence.replace(/:\d+\)$/, ':0)')),
    [
      "moves.arrow: Math.hypot differs between engines in its last bits: take hypot of 'shardless', or Math.sqrt(x * x + y * y). (step-watch.test.ts:0)",
      "step: Math.cos differs between engines in its last bits: take cos of 'shardless'. (step-watch.test.ts:0)",
    ],
  )
  assert.deepEqual([Math.cos, Math.random], own)
})

test('what a step throws goes where it went, and Math is whole again', () => {
  const watch = new StepWatch(
    gameOf(() => {
      throw new Error('no such way')
    }),
  )
  const near = alone(watch.game, map)
  const walker = near.spawn('walker', { position: { x: 1, y: 1 } })
  assert.throws(() => watch.game.step(walker as never, { east: 0, jumps: 0 }, near), /no such way/)
  assert.deepEqual(watch.finish(), [])
})
