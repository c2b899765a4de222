/** What happens while somebody is being let in, in virtual time: everything that can come in between does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from 'shardless/client'
import { Random } from 'shardless/core'
import type { Decision } from 'shardless/server'
import { type Hall, openHall } from './hall.ts'
import type { hut } from './hut.node.ts'

const east = { east: 1, north: 0 }

test('[N52] two who come in with one account at once: the later one stays, the earlier one is told', async () => {
  const hall = openHall({ seed: 1 })
  const { id, token } = await hall.guest()
  hall.gate.holds = (name) => name === 'characters.enter'
  const [first, second] = ['Ada', 'Eve'].map((name) => hall.pair.connect({ name, token }))
  await hall.run(500)
  assert.deepEqual([first.status, second.status], ['connecting', 'connecting'])
  assert.equal(hall.pair.host.world.players.size, 0)
  hall.gate.open()
  await hall.run(500)
  assert.equal(first.refusal?.code, 'taken-over')
  assert.deepEqual([first.status, second.status], ['closed', 'open'])
  assert.equal(hall.pair.host.world.players.size, 1)
  assert.equal((await characterOf(hall, id)).lease?.server, 'hall')
})

test('[N50] who has gone when the decision comes is not let in, and the character is free', async () => {
  for (const held of ['characters.enter', 'characters.enter done', 'items.list']) {
    const hall = openHall({ seed: 2 })
    const { id, token } = await hall.guest()
    hall.gate.holds = (name) => name === held
    const ada = hall.pair.connect({ name: 'Ada', token })
    await hall.run(300)
    assert.equal(hall.gate.waiting.length, 1, held)
    ada.close()
    await hall.run(300)
    hall.gate.open()
    await hall.run(300)
    assert.equal(hall.pair.host.world.players.size, 0)
    assert.equal((await characterOf(hall, id)).lease, undefined)
  }
})

test('[N54] who is banned on the way in is not let in, or is out with the next look', async () => {
  for (const held of ['characters.enter', 'items.list']) {
    const hall = openHall({ seed: 3 })
    const { id, token } = await hall.guest()
    hall.gate.holds = (name) => name === held
    const eve = hall.pair.connect({ name: 'Eve', token })
    await hall.run(300)
    await hall.store.accounts.ban({ id, ban: { reason: 'Spam', at: 1, until: undefined } })
    hall.gate.open()
    await hall.run(300)
    await hall.admission.review()
    await hall.run(300)
    assert.equal(eve.status, 'closed')
    assert.ok(eve.refusal?.code === 'banned' || eve.refusal?.code === 'login', held)
    assert.equal(hall.pair.host.world.players.size, 0)
    assert.equal((await characterOf(hall, id)).lease, undefined)
  }
})

test('[N53] a token that was good and is no more is refused before anything is taken into the world', async () => {
  const hall = openHall({ seed: 4 })
  const { id, token } = await hall.guest()
  await hall.store.accounts.revoke(id)
  const ada = hall.pair.connect({ name: 'Ada', token })
  await hall.run(300)
  assert.deepEqual([ada.status, ada.refusal?.code], ['closed', 'login'])
  assert.deepEqual(await hall.store.characters.list(id), [])
})

test('[N52] who comes in while the last session is still being saved waits for that, and stands where it left', async () => {
  const hall = openHall({ seed: 5 })
  const { id, token } = await hall.guest()
  const first = await come(hall, { name: 'Ada', token })
  await walk(hall, first, 700)
  hall.gate.holds = (name) => name === 'characters.leave'
  const place = { ...placeOf(hall) }
  first.close()
  await hall.run(200)
  const second = hall.pair.connect({ name: 'Ada', token })
  await hall.run(500)
  assert.deepEqual([second.status, hall.pair.host.world.players.size], ['connecting', 0])
  hall.gate.open()
  await hall.run(500)
  assert.equal(second.status, 'open')
  assert.deepEqual(placeOf(hall), place)
  assert.ok(place.x > 66)
  second.close()
  await hall.run(500)
  assert.deepEqual((await characterOf(hall, id)).position, [place.x, place.y])
})

test('[N52] what a character does while somebody comes to take it over is saved', async () => {
  const hall = openHall({ seed: 6 })
  const { id, token } = await hall.guest()
  const first = await come(hall, { name: 'Ada', token })
  hall.gate.holds = (name) => name === 'characters.list'
  const second = hall.pair.connect({ name: 'Ada', token })
  await walk(hall, first, 700)
  const place = { ...placeOf(hall) }
  first.close()
  second.close()
  await hall.run(200)
  hall.gate.open()
  await hall.run(500)
  const character = await characterOf(hall, id)
  assert.deepEqual([character.position, character.lease], [[place.x, place.y], undefined])
})

test("[N54] a session ends when the account's tokens do, and not before", async () => {
  const hall = openHall({ seed: 7 })
  const { id, token } = await hall.guest()
  const first = await come(hall, { name: 'Ada', token })
  assert.equal(first.status, 'open')
  await hall.admission.review()
  assert.equal(first.status, 'open')
  await hall.store.accounts.revoke(id)
  await hall.admission.review()
  await hall.run(200)
  assert.deepEqual([first.status, first.refusal?.code], ['closed', 'login'])
})

test('[N53] a store that does not answer costs the newcomer a moment and nobody else anything', async () => {
  const hall = openHall({ seed: 8, helloTimeoutMs: 1000 })
  const [ada, eve] = [await hall.guest(), await hall.guest()]
  const inside = await come(hall, { name: 'Ada', token: ada.token })
  hall.gate.holds = () => true
  const outside = hall.pair.connect({ name: 'Eve', token: eve.token })
  const { tick } = hall.pair.host.world
  await hall.run(2000)
  assert.deepEqual([outside.status, outside.refusal?.code], ['closed', 'busy'])
  assert.equal(inside.status, 'open')
  assert.equal(hall.pair.host.world.tick, tick + 40)
  hall.gate.open()
  await hall.run(500)
  assert.equal((await come(hall, { name: 'Eve', token: eve.token })).status, 'open')
})

test('[N50] a server that closes while somebody comes in lets nobody in any more', async () => {
  const hall = openHall({ seed: 9 })
  const { id, token } = await hall.guest()
  hall.gate.holds = (name) => name === 'items.list'
  const ada = hall.pair.connect({ name: 'Ada', token })
  await hall.run(300)
  hall.pair.host.hangUp('The server is closing.')
  hall.gate.open()
  await hall.run(300)
  assert.notEqual(ada.status, 'open')
  assert.equal(hall.pair.host.world.players.size, 0)
  assert.equal((await characterOf(hall, id)).lease, undefined)
})

test('[N52] whatever comes in between, an account is in the world once, and nothing of where it went is lost', async () => {
  const seeds = [...Array(25).keys(), Math.floor(Math.random() * 2 ** 31)]
  for (const seed of seeds) await assert.doesNotReject(comeAndGo(seed), `seed ${seed}`)
})

/** Clients of one account come and go while each call of the store takes its time. */
async function comeAndGo(seed: number): Promise<void> {
  const hall = openHall({ seed })
  const random = new Random(seed)
  const { id, token } = await hall.guest()
  hall.gate.holds = () => true
  // One kind of call takes much longer than the others.
  const slow = random.pick(['characters.leave', 'characters.checkpoint', 'characters.enter', 'items.list'])
  const clients: Client<typeof hut>[] = []
  let last: { readonly x: number; readonly y: number } | undefined
  for (let step = 0; step < 200; step++) {
    const dice = random.integer(0, 9)
    if (dice === 0 && clients.length < 8)
      clients.push(hall.pair.connect({ name: 'Ada', token, reconnects: false }))
    else if (dice === 1 && clients.length > 0) random.pick(clients).close()
    else if (dice === 2) for (const client of clients) if (client.status === 'open') client.command(east)
    const { waiting } = hall.gate
    const next = waiting.findIndex(({ name }) => !name.startsWith(slow) || random.integer(0, 19) === 0)
    if (next >= 0 && dice > 2) waiting.splice(next, 1)[0].open()
    await hall.run(random.integer(1, 80))
    const { players } = hall.pair.host.world
    assert.ok(players.size <= 1, `seed ${seed}: ${players.size} are in the world`)
    if (players.size === 0) continue
    const place = { ...placeOf(hall) }
    // At 5 m/s one goes less than half a metre between two looks.
    const off = last ? Math.hypot(place.x - last.x, place.y - last.y) : 0
    assert.ok(off <= 0.5, `seed ${seed}: ${off} m are lost at step ${step}`)
    last = place
  }
  hall.gate.open()
  for (const client of clients) client.close()
  await hall.run(500)
  const [character] = await hall.store.characters.list(id)
  assert.equal(hall.pair.host.world.players.size, 0)
  assert.equal(character?.lease, undefined, `seed ${seed}: it is held still`)
  if (last && character) {
    const off = Math.hypot(character.position[0] - last.x, character.position[1] - last.y)
    assert.ok(off <= 0.5, `seed ${seed}: ${off} m are lost`)
  }
}

async function come(
  hall: Hall,
  options: { readonly name: string; readonly token: string },
): Promise<Client<typeof hut>> {
  const client = hall.pair.connect(options)
  await hall.run(300)
  return client
}

async function walk(hall: Hall, client: Client<typeof hut>, ms: number): Promise<void> {
  client.command(east)
  await hall.run(ms)
  client.command({ east: 0, north: 0 })
  await hall.run(300)
}

function placeOf({ pair }: Hall): { readonly x: number; readonly y: number } {
  const [player] = pair.host.world.players.values()
  return (player.entity as unknown as { position: { x: number; y: number } }).position
}

async function characterOf({ store }: Hall, account: string) {
  const [character] = await store.characters.list(account)
  return character
}

test('[A4] guests, with an account or without, do not play under a reserved name', async () => {
  const hall = openHall({ seed: 9, reservedNames: ['Admin'] })
  const { token } = await hall.guest()
  const decided = async (name: string, login: string): Promise<Decision> =>
    new Promise((decide) => hall.admission.ask({ name, login, character: '', address: '10.0.0.1' }, decide))
  for (const login of ['', token]) {
    for (const name of ['Admin', 'admin', 'AdmIn', 'ᴀᴅᴍɪɴ']) {
      const decision = await decided(name, login)
      assert.deepEqual([decision.is, decision.is === 'refused' && decision.code], ['refused', 'name'], name)
    }
    assert.notEqual((await decided('Admiral', login)).is, 'refused')
  }
})
