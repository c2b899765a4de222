import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pair } from '../../src/lab/index.ts'
import { fieldServer } from '../field/field.ts'

test('two players see one walk, at the place where the server has them', async () => {
  const pair = new Pair(fieldServer, { seed: 1 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  ada.command({ east: -1, north: 0 })
  await pair.run(2000)
  ada.command({ east: 0, north: 0 })
  await pair.run(1000)
  for (const client of [ada, bob]) client.frame()
  const truth = [...pair.host.world.entities('walker')].find(({ name }) => name === 'Ada')
  const seen = [...bob.entities('walker')].find(({ name }) => name === 'Ada')
  assert.ok(truth && seen && ada.me)
  assert.ok(Math.abs(truth.position.x - 90) <= 0.26, `Ada stands at ${truth.position.x}`)
  for (const shown of [seen, ada.me]) {
    assert.ok(Math.abs(shown.position.x - truth.position.x) <= 1 / 32)
    assert.ok(Math.abs(shown.position.y - truth.position.y) <= 1 / 32)
  }
})

test('a wall stops a walker', async () => {
  const pair = new Pair(fieldServer, { seed: 2 })
  const ada = await pair.join({ name: 'Ada' })
  ada.command({ east: 1, north: 0 })
  await pair.run(8000)
  ada.frame()
  assert.ok(ada.me && Math.abs(ada.me.position.x - 119.6) < 0.05, `Ada stands at ${ada.me?.position.x}`)
})

test('a player who leaves is removed for the others', async () => {
  const pair = new Pair(fieldServer, { seed: 3 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  const told: string[] = []
  bob.onLeave('walker', ({ name }, why) => told.push(`${name} ${why}`))
  await pair.run(500)
  ada.close()
  await pair.run(500)
  assert.deepEqual(told, ['Ada removed'])
})

test('whoever walks away is out of range, and comes into view again', async () => {
  const pair = new Pair(fieldServer, { seed: 4 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  const told: string[] = []
  bob.onLeave('walker', ({ name }, why) => told.push(`${name} ${why}`))
  bob.onEnter('walker', ({ name }) => told.push(`${name} enters`))
  await pair.run(500)
  ada.command({ east: -1, north: 1 })
  await pair.run(20_000)
  ada.command({ east: 1, north: -1 })
  await pair.run(20_000)
  assert.deepEqual(
    told.filter((one) => one.startsWith('Ada')),
    // Who was in view when Bob came is told to his first listener.
    ['Ada enters', 'Ada out of range', 'Ada enters'],
  )
})

test('requests are answered, refused with a sentence, and events reach those near', async () => {
  const pair = new Pair(fieldServer, { seed: 5 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  const heard: string[] = []
  bob.on('said', ({ text }) => heard.push(text))
  const said = ada.ask('say', { text: 'hello' })
  const rude = ada.ask('say', { text: 'rude' })
  rude.catch(() => {})
  const bought = ada.ask('buy', { price: 30 })
  await pair.run(500)
  assert.deepEqual(await said, { heardBy: 2 })
  assert.deepEqual(await bought, { left: 70 })
  await assert.rejects(rude, /That is not said here/)
  assert.deepEqual(heard, ['hello'])
})

test('a server that restarts is found again, with a new character', async () => {
  const pair = new Pair(fieldServer, { seed: 6 })
  const ada = await pair.join({ name: 'Ada' })
  const states: string[] = []
  ada.onStatus((status, reason) => states.push(`${status}: ${reason}`))
  await pair.stopServer()
  await pair.run(3000)
  pair.startServer()
  await pair.run(12_000)
  assert.equal(states[0], 'reconnecting: The server is closing.')
  assert.equal(states.at(-1), 'open: ')
  assert.equal(ada.me?.name, 'Ada')
})
