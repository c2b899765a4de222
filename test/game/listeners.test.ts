/** A mistake in one callback of a client, and listeners that come late, as programs meet them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '../../src/client/index.node.ts'
import { Pair } from '../../src/lab/index.ts'
import { serve } from '../../src/server/index.node.ts'
import { defineServer } from '../../src/server/index.ts'
import type { GameMistake } from '../../src/world/index.ts'
import { field, fieldMap, fieldServer } from '../field/field.ts'

function boom(): never {
  throw new Error('boom')
}

test('a callback that throws leaves the client’s world as it is, and the others are called', async () => {
  const mistakes: GameMistake[] = []
  const pair = new Pair(fieldServer, { seed: 3 })
  const ada = pair.connect({ name: 'Ada', map: boom, onError: (mistake) => mistakes.push(mistake) })
  const told: string[] = []
  ada.onEnter('walker', boom)
  ada.onEnter('walker', ({ name }) => told.push(`${name} enters`))
  ada.onChange('walker', boom)
  ada.onChange('walker', ({ health }) => told.push(`health ${health}`))
  ada.onLeave('walker', boom)
  ada.onLeave('walker', ({ name }) => told.push(`${name} leaves`))
  ada.on('said', boom)
  ada.on('said', ({ text }) => told.push(text))
  ada.onStatus(boom)
  ada.onMap(boom)
  await pair.run(500)
  assert.equal(ada.status, 'open')
  const bob = await pair.join({ name: 'Bob' })
  const [one] = pair.host.world.entities('walker')
  one.health = 40
  void bob.ask('say', { text: 'hello' })
  await pair.run(500)
  const asked = bob.ask('say', { text: 'again' })
  await pair.run(500)
  await asked
  bob.close()
  await pair.run(500)
  assert.deepEqual(told, ['Ada enters', 'Bob enters', 'hello', 'health 40', 'again', 'Bob leaves'])
  assert.deepEqual(
    [...ada.entities('walker')].map(({ name, health }) => [name, health]),
    [['Ada', 40]],
  )
  assert.deepEqual([...new Set(mistakes.map(({ at }) => at))].sort(), [
    ...['a listener of change walker', 'a listener of enter walker', 'a listener of event said'],
    ...['a listener of leave walker', 'a listener of map', 'a listener of status', 'map of home'],
  ])
  assert.match(ada.stats.mapTrouble ?? '', /could not be had: boom/)
})

test('a map source that rejects with nothing, or gives no map, is a trouble that the client tells', async () => {
  for (const source of [() => Promise.reject(), async () => 7, () => 'map'] as never[]) {
    const pair = new Pair(fieldServer, { seed: 3 })
    const ada = await pair.join({ name: 'Ada', map: source, onError: () => {} })
    await pair.run(300)
    assert.match(ada.stats.mapTrouble ?? '', /could not be had|is no map/)
    assert.equal(ada.status, 'open')
  }
})

test('a step that throws in the client’s prediction is reported, and pictures go on', async () => {
  const step: typeof field.step = (self, command, near) => {
    field.step(self, command, near)
    if (command.north === 1) boom()
  }
  const game = { ...field, step } as typeof field
  const mistakes: string[] = []
  const pair = new Pair(defineServer(game, fieldServer.options), { seed: 3, report: () => {} })
  const ada = await pair.join({ name: 'Ada', map: fieldMap, onError: ({ at }) => mistakes.push(at) })
  ada.command({ east: 0, north: 1 })
  for (let i = 0; i < 60; i++) {
    await pair.run(16)
    ada.frame()
  }
  ada.command({ east: -1, north: 0 })
  const { x } = ada.me!.position
  for (let i = 0; i < 60; i++) {
    await pair.run(16)
    ada.frame()
  }
  assert.ok(ada.me!.position.x < x - 2)
  assert.deepEqual(mistakes, ['step of walker'])
})

test('in Node, listeners right after connect hear what came with the welcome', async (t) => {
  const definition = defineServer(field, {
    ...fieldServer.options,
    begin: ({ world }) => void world.spawn('sky', { rain: 3 }),
    update({ world }) {
      world.tell('said', { who: 0, text: `tick ${world.tick}` }, { everyone: true })
    },
  })
  const server = await serve(definition, { listen: ['ws://127.0.0.1:0'] })
  t.after(() => server.close())
  for (let round = 0; round < 5; round++) {
    const client = await connect(field, server.urls[0], { name: 'Ada' })
    t.after(() => client.close())
    // What came with the welcome, or right behind it, is here by now.
    await new Promise((resolve) => setTimeout(resolve, round === 0 ? 1500 : 20))
    const told: string[] = []
    client.onEnter('sky', ({ rain }) => told.push(`rain ${rain}`))
    client.onEnter('walker', ({ name }) => told.push(name))
    client.on('said', ({ text }) => told.push(text))
    for (let i = 0; i < 100 && !(told.includes('rain 3') && told.includes('Ada')); i++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    if (round === 0) assert.ok(told.filter((one) => one.startsWith('tick')).length > 20, told.join())
    assert.ok(told.includes('rain 3') && told.includes('Ada') && told.some((one) => one.startsWith('tick')))
    client.close()
  }
})
