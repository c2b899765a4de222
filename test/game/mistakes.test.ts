/** A mistake of the game's own code ends nothing but itself: what happens to everybody else, in virtual time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../src/client/index.ts'
import { defineGame, emptyMap, entity, integer, motion3, record } from '../../src/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { defineServer, type ServerOptions, Sorry } from '../../src/server/index.ts'
import { type GameMistake, mistakeText } from '../../src/world/index.ts'
import { field, fieldMap, fieldServer } from '../field/field.ts'

type Field = typeof field

function boom(..._: unknown[]): never {
  throw new Error('boom')
}

/** A server whose mistakes are told; `told` has where, in the order in which they were reported. */
function stage(options: Partial<ServerOptions<Field>>) {
  const mistakes: GameMistake[] = []
  const definition = defineServer(field, { ...fieldServer.options, ...options } as ServerOptions<Field>)
  const pair = new Pair(definition, { seed: 7, report: (_error, mistake) => mistakes.push(mistake) })
  return { pair, mistakes, places: () => mistakes.map(({ at }) => at.replace(/ \d+$/, '')) }
}

/** Somebody walks, is seen to walk and can ask: the game goes on. */
async function goesOn(pair: Pair<Field>, one: Client<Field>, other: Client<Field>): Promise<void> {
  const { tick } = pair.host.world
  const from = other.get(one.me!.id)
  assert.ok(from?.kind === 'walker')
  const { x } = from.position
  one.command({ east: -1, north: 0 })
  await pair.run(1000)
  other.frame()
  one.command({ east: 0, north: 0 })
  const seen = other.get(one.me!.id)
  assert.ok(seen?.kind === 'walker' && seen.position.x < x - 2, `${x} -> ${seen?.kind}`)
  assert.deepEqual(
    await Promise.all([one.ask('buy', { price: 30 }), pair.run(200)]).then(([reply]) => reply),
    {
      left: 70,
    },
  )
  assert.ok(pair.host.world.tick > tick + 20)
}

const CALLBACKS: Readonly<Record<string, Partial<ServerOptions<Field>>>> = {
  update: { update: boom },
  'update that rejects': { update: async () => boom() },
  begin: { begin: boom },
  canSee: {
    canSee: boom,
    begin: ({ world }) =>
      void world.spawn('secret', { position: { x: 100, y: 120 } }, { isRestricted: true }),
  },
  groups: { groups: boom },
  'groups that are none': { groups: () => [0.5, Number.NaN, -1] },
  'groups that are no list': { groups: () => 7 as never },
  'groups that no text can be made of': { groups: () => [1n, Object.create(null)] as never },
  'groups that throw when they are looked at': {
    groups: () => Object.defineProperty([1], 0, { get: boom }) as never,
  },
  'what passes for a promise': {
    // biome-ignore lint/suspicious/noThenProperty: it is one
    update: () => ({ then: (_: unknown, no: (error: Error) => void) => no(new Error('no')) }) as never,
  },
  'what throws when it is asked for its then': {
    update: () => Object.defineProperty({}, 'then', { get: boom }),
  },
  'a field that is a symbol': {
    update({ world }) {
      for (const secret of world.entities('secret')) secret.code = Symbol('many') as never
    },
    begin: ({ world }) => void world.spawn('secret', { position: { x: 100, y: 120 } }),
  },
  'a field that no text can be made of': {
    update({ world }) {
      for (const secret of world.entities('secret')) secret.code = Object.create(null) as never
    },
    begin: ({ world }) => void world.spawn('secret', { position: { x: 100, y: 120 } }),
  },
  'a position that is none': {
    update({ world }) {
      for (const secret of world.entities('secret')) secret.position.x = Number.NaN
    },
    begin: ({ world }) => void world.spawn('secret', { position: { x: 100, y: 120 } }),
  },
  'a position of numbers of another kind': {
    update({ world }) {
      for (const secret of world.entities('secret')) Object.assign(secret.position, { x: 1n, y: Symbol('y') })
    },
    begin: ({ world }) => void world.spawn('secret', { position: { x: 100, y: 120 } }),
  },
  'opening and carrying that nobody waits for': {
    update({ world, realm }) {
      if (world.tick !== 30) return
      void realm.open('nowhere')
      void realm.carry({ id: 99 } as never, realm.home('home'), { x: 1, y: 1 })
    },
  },
  'a position off the map': {
    update({ world }) {
      for (const secret of world.entities('secret')) secret.position.y = 1e9
    },
    begin: ({ world }) => void world.spawn('secret', { position: { x: 100, y: 120 } }),
  },
  'a position that is gone': {
    update({ world }) {
      for (const secret of world.entities('secret')) secret.position = undefined as never
    },
    begin: ({ world }) => void world.spawn('secret', { position: { x: 100, y: 120 } }),
  },
  'a field out of range': {
    update({ world }) {
      for (const secret of world.entities('secret')) secret.code = -1
    },
    begin: ({ world }) => void world.spawn('secret', { position: { x: 100, y: 120 } }),
  },
  'a field of another type': {
    update({ world }) {
      for (const secret of world.entities('secret')) secret.code = 'many' as never
    },
    begin: ({ world }) => void world.spawn('secret', { position: { x: 100, y: 120 } }),
  },
  'an event out of range': {
    update: ({ world }) => world.tell('said', { who: 1, text: 'x'.repeat(100) }, { everyone: true }),
  },
  'an event for nobody': {
    update: ({ world }) => world.tell('said', { who: 1, text: 'x' }, { to: undefined as never }),
  },
  'a name out of range': {
    update({ world }) {
      if (world.tick === 30) world.spawn('walker', { position: { x: 90, y: 120 }, name: 'x'.repeat(99) })
    },
  },
  'spawning nowhere': { update: ({ world }) => world.spawn('secret', { position: { x: -1, y: 0 } }) },
  'a task': {
    begin: ({ world }) =>
      void world.tasks.start(function* fails() {
        yield
        boom()
      }),
  },
  'carrying nobody': {
    update: ({ realm }) => realm.carry({ id: 99 } as never, realm.home('home'), { x: 1, y: 1 }),
  },
  'an instance’s own rules': {
    update({ world, realm }) {
      if (world.tick === 30) return realm.open('home', { begin: boom, update: boom })
      return undefined
    },
  },
}

for (const [name, options] of Object.entries(CALLBACKS))
  test(`the game goes on, and is told with its line, after a mistake in ${name}`, async () => {
    const { pair, mistakes } = stage(options)
    const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
    await pair.run(1000)
    await goesOn(pair, ada, bob)
    if (name !== 'an event for nobody') {
      assert.ok(mistakes.length > 0, 'it was told')
      const { stack = '' } = mistakes[0].error as Error
      assert.ok(stack.length > 0)
    }
    assert.ok(mistakes.length <= 6, `${mistakes.length} reports of three seconds`)
    assert.deepEqual([ada.status, bob.status], ['open', 'open'])
  })

test('mistakes are counted each, and told once in ten seconds of each place', async () => {
  const { pair, mistakes } = stage({ update: boom })
  await pair.join({ name: 'Ada' })
  await pair.run(25_000)
  assert.deepEqual(
    mistakes.map(({ at }) => at),
    ['update of home', 'update of home', 'update of home'],
  )
  assert.ok(Math.abs(mistakes[1].times - 200) <= 1, `${mistakes[1].times}`)
  assert.ok(pair.host.stats.mistakes.update >= 500)
})

test('who is refused by join with a Sorry hears its sentence, and nothing of the character stays', async () => {
  const { pair, mistakes } = stage({
    join: ({ world, player }) => {
      world.spawn('walker', { position: { x: 100, y: 100 }, name: player.name })
      throw new Sorry('The town is closed at night.')
    },
  })
  const ada = pair.connect({ name: 'Ada' })
  await pair.run(500)
  assert.deepEqual(
    [ada.status, ada.refusal?.code, ada.refusal?.message],
    ['closed', 'kicked', 'The town is closed at night.'],
  )
  assert.deepEqual([mistakes.length, pair.host.world.entityCount, pair.host.stats.players], [0, 0, 0])
})

for (const [name, join] of Object.entries({
  throws: ({ world }) => {
    world.spawn('walker', { position: { x: 100, y: 100 } })
    boom()
  },
  'gives a promise': (async () => undefined) as never,
  'gives a promise that rejects': (async () => boom()) as never,
  'refuses with a Sorry that says nothing': () => {
    throw new Sorry(' ')
  },
  'gives what is in no world': () => ({ id: 77, kind: 'walker' }) as never,
} satisfies Record<string, ServerOptions<Field>['join']>))
  test(`one whose join ${name} is refused, and others come in`, async () => {
    const { pair, places } = stage({
      join: (context) => (context.player.name === 'Bad' ? join(context) : fieldServer.options.join(context)),
    })
    const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
    const bad = pair.connect({ name: 'Bad', reconnects: false })
    await pair.run(500)
    assert.deepEqual([bad.status, bad.refusal?.code], ['closed', 'busy'])
    assert.deepEqual([places(), pair.host.world.entityCount], [['join of home'], 2])
    await goesOn(pair, ada, bob)
  })

test('who leaves is gone, whatever leave throws', async () => {
  const { pair, places } = stage({ leave: boom })
  const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
  const eve = await pair.join({ name: 'Eve' })
  eve.close()
  await pair.run(500)
  assert.deepEqual(
    [places(), pair.host.stats.players, pair.host.world.entityCount],
    [['leave of home'], 2, 2],
  )
  await goesOn(pair, ada, bob)
})

test('a step that throws for one is that one’s alone; a field it cannot carry is as it was', async () => {
  const game = defineGame({
    ...field,
    step(self, command, near) {
      field.step(self, command, near)
      if (self.name === 'Bad' && command.north === 1) boom()
      if (self.name === 'Odd' && command.north === 1) (self as { health: number }).health = 140
      if (self.name === 'Lost' && command.north === 1) self.position.x = Number.NaN
    },
  }) as unknown as Field
  const mistakes: GameMistake[] = []
  const pair = new Pair(defineServer(game, fieldServer.options), {
    seed: 7,
    report: (_error, mistake) => mistakes.push(mistake),
  })
  const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
  const others = []
  for (const name of ['Bad', 'Odd', 'Lost']) others.push(await pair.join({ name }))
  await pair.run(500)
  for (const other of others) other.command({ east: 0, north: 1 })
  await pair.run(2000)
  await goesOn(pair, ada, bob)
  assert.deepEqual(mistakes.map(({ at }) => at.replace(/\d+/, '#')).sort(), [
    'position of walker #',
    'step of walker #',
  ])
  const walkers = [...pair.host.world.entities('walker')]
  for (const { health, position, name } of walkers)
    assert.ok(health === 100 && position.x > 50 && position.y < 160, `${name} ${health} ${position.x}`)
  for (const other of others) assert.equal(other.status, 'open')
})

test('a step and a move that give promises go on, and what those reject with is told', async () => {
  const game = defineGame({
    ...field,
    step: (async (...step: Parameters<typeof field.step>) => {
      field.step(...step)
      if (step[1].north === 1) boom()
    }) as never,
    moves: { secret: (async () => boom()) as never },
  }) as unknown as Field
  const mistakes: string[] = []
  const report = (_error: unknown, { at }: GameMistake): void => {
    mistakes.push(at.replace(/\d+/, '#'))
    boom()
  }
  const begin: NonNullable<ServerOptions<Field>['begin']> = ({ world }) =>
    void world.spawn('secret', { position: { x: 100, y: 120 } })
  const pair = new Pair(defineServer(game, { ...fieldServer.options, begin }), { seed: 7, report })
  const told: string[] = []
  const ada = await pair.join({ name: 'Ada', map: fieldMap, onError: ({ at }) => boom(told.push(at)) })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(500)
  ada.command({ east: 0, north: 1 })
  await pair.run(1000)
  await goesOn(pair, ada, bob)
  assert.deepEqual([mistakes.sort(), told], [['moves of secret #', 'step of walker #'], ['step of walker']])
})

test('whatever is thrown, the line that tells of it is made', () => {
  const odd = { toString: boom }
  const evil = new Proxy(new Error('odd'), { get: boom, getPrototypeOf: boom })
  for (const error of [null, undefined, Symbol('odd'), 1n, Object.create(null), odd, evil])
    assert.match(
      mistakeText({ at: 'update of home', error, times: 2 }),
      /^The game made a mistake in update of home, 2 times/,
    )
})

test('who watches what is no place sees from their character', async () => {
  for (const watching of [{ x: Number.NaN, y: 5 }, { x: '5', y: 5 }, { x: 5 }, {}, 1e12]) {
    const { pair } = stage({})
    const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
    for (const player of pair.host.world.players.values()) player.watching = watching as never
    await goesOn(pair, ada, bob)
  }
})

test('what is out of range is told as it last was, and put back; what never was told, as it begins', async () => {
  const { pair, mistakes } = stage({
    begin({ world }) {
      world.spawn('secret', { position: { x: 100, y: 120 }, code: 7 })
      const sky = world.spawn('sky', {})
      sky.rain = 50
    },
    update({ world }) {
      for (const secret of world.entities('secret')) if (world.tick >= 30) secret.code = 70_000
    },
  })
  const ada = await pair.join({ name: 'Ada' })
  await pair.run(3000)
  assert.deepEqual(
    [...ada.entities('secret')].map(({ code }) => code),
    [7],
  )
  assert.deepEqual(
    [...ada.entities('sky')].map(({ rain }) => rain),
    [0],
  )
  assert.deepEqual(
    [...pair.host.world.entities('secret')].map(({ code }) => code),
    [7],
  )
  assert.match((mistakes[0].error as Error).message, /^\[wire\/out-of-range\] sky \d+\.rain is 50;/)
  assert.match((mistakes[1].error as Error).message, /^\[wire\/out-of-range\] secret \d+\.code is 70000;/)
})

test('an event out of range is thrown where it is told, with the game’s line', async () => {
  const { pair, mistakes } = stage({
    update: function tooLong({ world }) {
      if (world.tick === 30) world.tell('said', { who: 1, text: 'x'.repeat(65) }, { everyone: true })
    },
  })
  await pair.join({ name: 'Ada' })
  await pair.run(3000)
  assert.equal(mistakes.length, 1)
  assert.match((mistakes[0].error as Error).stack ?? '', /tooLong.*mistakes\.test\.ts/)
})

test('a height that is none is the last one', async () => {
  const game = defineGame({
    name: 'air',
    version: '1',
    map: { width: 64, height: 64, cellSize: 32 },
    player: 'bird',
    entities: { bird: entity({ position: motion3({ tolerance: 1 / 32, speedMax: 8, heightMax: 16 }) }) },
    command: record({ up: integer({ min: 0, max: 1 }) }),
    step() {},
  })
  const mistakes: GameMistake[] = []
  const pair = new Pair(
    defineServer(game, {
      map: emptyMap(64, 64),
      join: ({ world }) => world.spawn('bird', { position: { x: 8, y: 8, z: 5 } }),
      update({ world }) {
        for (const bird of world.entities('bird'))
          if (world.tick > 30) bird.position.z = world.tick % 2 ? Number.NaN : 99
      },
    }),
    { seed: 1, report: (_error, mistake) => mistakes.push(mistake) },
  )
  const ada = await pair.join({ name: 'Ada' })
  await pair.run(3000)
  ada.frame()
  assert.ok(Math.abs((ada.me?.position.z ?? 0) - 5) < 0.1)
  assert.match((mistakes[0].error as Error).message, /bird \d+\.position\.z is/)
})

test('portals: leadsTo and crossed may throw, reject, and lead nowhere', async () => {
  const { twoMaps } = await import('../field/two-maps.ts')
  for (const leadsTo of [boom, async () => boom(), () => 'cave' as never]) {
    const mistakes: string[] = []
    const pair = new Pair(defineServer(field, { ...twoMaps.options, leadsTo, crossed: boom }), {
      seed: 3,
      report: (_error, { at }) => mistakes.push(at),
    })
    const ada = await pair.join({ name: 'Ada' })
    ada.command({ east: 1, north: 0 })
    await pair.run(4000)
    assert.deepEqual([mistakes.length, ada.map?.name, ada.status], [1, 'meadow', 'open'])
    const { realm } = pair.host
    const [player] = pair.host.world.players.values()
    await realm.carry(player, realm.home('cave'), 'door')
    await pair.run(500)
    assert.deepEqual([mistakes.at(-1), ada.map?.name], ['crossed of cave', 'cave'])
  }
})

test('a map that changes: mapChanged may throw', async () => {
  const { pair, places } = stage({ mapChanged: boom })
  const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
  pair.host.reloadMap(emptyMap(256, 256))
  await pair.run(500)
  assert.deepEqual(places(), ['mapChanged of home'])
  await goesOn(pair, ada, bob)
})
