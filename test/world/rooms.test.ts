/** Rooms as players meet them: the list, codes, a match in a world of its own, and back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AskOf, ReplyOf } from 'shardless'
import type { Client } from 'shardless/client'
import { Pair } from 'shardless/lab'
import { type parlour, parlourServer } from '../../docs/examples/parlour.ts'

type Requests = keyof typeof parlour.requests

function newParlour() {
  let tickets = 0
  return parlourServer(() => `ticket-${++tickets}`)
}

/** Asks, and lets time pass until it is answered. Resolves to the reply, or to the sentence of a refusal. */
async function say<N extends Requests>(
  pair: Pair<typeof parlour>,
  client: Client<typeof parlour>,
  request: N,
  body: AskOf<typeof parlour, N>,
): Promise<ReplyOf<typeof parlour, N>> {
  let answer: unknown
  const settle = (value: unknown): void => {
    answer = value
  }
  client.ask(request, body).then(settle, (error: Error) => settle(error.message))
  await pair.runUntil(() => answer !== undefined, 3000)
  return answer as ReplyOf<typeof parlour, N>
}

const joined = async (pair: Pair<typeof parlour>, name: string) => {
  const client = pair.connect({ name })
  await pair.runUntil(() => client.status === 'open' && client.map !== undefined, 5000)
  await pair.run(200)
  return client
}

test('[M25] a listed room is in the list where players come in, one that is not is entered by its code', async () => {
  const { definition } = newParlour()
  const pair = new Pair(definition, { seed: 1 })
  const [ada, ben, cyd] = [await joined(pair, 'Ada'), await joined(pair, 'Ben'), await joined(pair, 'Cyd')]
  const own = await say(pair, ada, 'openRoom', { isListed: true })
  await say(pair, ben, 'openRoom', { isListed: false })
  await pair.run(200)
  const listed = [...cyd.entities('room')].map(({ code, host, phase, players }) => [
    code,
    host,
    phase,
    players,
  ])
  assert.deepEqual(listed, [[own.code, 'Ada', 'gathering', 1]])
  assert.equal((await say(pair, cyd, 'quickMatch', {})).code, own.code)
  await pair.run(200)
  assert.equal(cyd.me?.kind, 'guest')
  assert.equal(cyd.map?.name, 'parlour')
  assert.deepEqual([...cyd.entities('room')], [], 'the list is not in the room')
  assert.deepEqual([...cyd.entities('guest')].map(({ name }) => name).sort(), ['Ada', 'Cyd'])
  assert.equal(await say(pair, cyd, 'enterRoom', { code: 'XXXXX' }), 'There is no room with this code.')
  await say(pair, cyd, 'leaveRoom', {})
  await pair.run(200)
  assert.equal(cyd.map?.name, 'hall')
  assert.equal(cyd.me, undefined)
  assert.deepEqual(
    [...cyd.entities('room')].map(({ players }) => players),
    [1],
  )
})

test('[M25] who watches sees a running match, is no part of it, and nobody sits down in it', async () => {
  const { definition, rooms } = newParlour()
  const pair = new Pair(definition, { seed: 2 })
  const [ada, ben] = [await joined(pair, 'Ada'), await joined(pair, 'Ben')]
  const { code } = await say(pair, ada, 'openRoom', { isListed: true })
  const room = rooms.find(code)
  assert.ok(room)
  room.isRunning = true
  assert.equal(await say(pair, ben, 'enterRoom', { code }), 'The match has begun; you may watch it.')
  await say(pair, ben, 'watchRoom', { code })
  await pair.run(200)
  assert.equal(ben.me, undefined)
  assert.deepEqual(
    [...ben.entities('guest')].map(({ name }) => name),
    ['Ada'],
  )
  assert.equal(room.seats.length, 1)
})

test('[M27] a page that is loaded again during a match gets its character back for its ticket', async () => {
  const { definition, rooms } = newParlour()
  const pair = new Pair(definition, { seed: 3, limits: { graceMs: 1000 } })
  const ada = await joined(pair, 'Ada')
  const { code, ticket } = await say(pair, ada, 'openRoom', { isListed: true })
  await pair.run(200)
  const room = rooms.find(code)
  assert.ok(room)
  room.isRunning = true
  const body = ada.me?.id
  ada.close()
  await pair.run(2000)
  assert.equal(room.world.players.size, 0)
  assert.equal(room.world.get(body as number)?.kind, 'guest', 'the character stays while the seat is kept')
  const again = await joined(pair, 'Ada')
  await say(pair, again, 'returnToRoom', { ticket })
  await pair.run(200)
  assert.equal(again.me?.id, body)
  assert.equal(
    await say(pair, again, 'quickMatch', {}).then((reply) => reply.code),
    code,
    'one is there already',
  )
  // Away for too long: the seat and the character are gone, and then the room.
  again.close()
  await pair.run(12_000)
  assert.equal(rooms.find(code), undefined)
})

test('[M26] the host leaves, and the next is host; a room that closes sends everyone to the list', async () => {
  const { definition, rooms } = newParlour()
  const pair = new Pair(definition, { seed: 4 })
  const [ada, ben] = [await joined(pair, 'Ada'), await joined(pair, 'Ben')]
  const { code } = await say(pair, ada, 'quickMatch', {})
  await say(pair, ben, 'enterRoom', { code: code.toLowerCase() })
  const room = rooms.find(code)
  assert.ok(room)
  await say(pair, ada, 'leaveRoom', {})
  await pair.run(200)
  assert.deepEqual(
    [...ada.entities('room')].map(({ host }) => host),
    ['Ben'],
  )
  await rooms.close(room, pair.host.realm as never)
  await pair.run(300)
  assert.equal(ben.map?.name, 'hall')
  assert.equal(ben.me, undefined)
  assert.deepEqual([...ben.entities('room')], [])
  assert.notEqual((await say(pair, ben, 'quickMatch', {})).code, code)
})
