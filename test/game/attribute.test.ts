/** Players get, set and edit attributes of characters, over the lab's links and over a real socket. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '../../src/client/index.node.ts'
import type { Client } from '../../src/client/index.ts'
import { Pair } from '../../src/lab/index.ts'
import {
  AttributeBook,
  askAttribute,
  attributeAnswers,
  attributeRequests,
  editAttributes,
  setAttribute,
} from '../../src/play/index.ts'
import { serve } from '../../src/server/index.node.ts'
import { defineServer } from '../../src/server/index.ts'
import { choice, integer, text } from '../../src/wire/index.ts'
import { attribute, defineGame } from '../../src/world/index.ts'
import { walkers } from '../field/walkers.ts'

const village = defineGame({
  ...walkers,
  name: 'village',
  map: { width: 256, height: 256, cellSize: 32 },
  requests: { ...attributeRequests() },
  attributes: {
    strength: attribute({ type: integer({ min: 0, max: 100 }), readers: 'near', initial: 10 }),
    gold: attribute({ type: integer({ min: 0, max: 1000 }), writers: ['owner', 'staff'], initial: 100 }),
    title: attribute({ type: text({ bytesMax: 16 }), readers: 'near', writers: 'owner' }),
    mood: attribute({ type: choice(['calm', 'angry']), writers: 'owner' }),
  },
})

/** Where who stands; whoever is called Hidden is hidden from everyone. */
const places: Record<string, number> = { Ada: 10, Bob: 20, Far: 200, Hidden: 12, Warden: 250 }

function newStage() {
  const book = new AttributeBook(village.attributes)
  const definition = defineServer(village, {
    join({ world, player: { name } }) {
      const isRestricted = name === 'Hidden'
      const character = world.spawn('walker', { position: { x: places[name], y: 10 } }, { isRestricted })
      book.add(character)
      return character
    },
    leave: ({ player: { entity: character } }) => character && book.remove(character),
    requests: {
      ...attributeAnswers(book, { isStaff: ({ player }) => player.id === wardenId }),
    },
  })
  let wardenId = 0
  return {
    book,
    definition,
    setWarden: (id: number) => {
      wardenId = id
    },
  }
}

type Villager = Client<typeof village>
const idOf = (client: Villager): number => client.me?.id ?? 0

/** What an asking comes to while time passes. */
async function settled<T>(pair: Pair<typeof village>, asking: Promise<T>): Promise<T | string> {
  const outcome = asking.catch((error) => {
    assert.equal(error.name, 'AttributeRefused')
    assert.match(error.message, /\w.*\.$/)
    return error.code as string
  })
  await pair.run(200)
  return outcome
}

test('one gets, sets and edits what one may, of oneself and of others, and is told why not', async () => {
  const { definition } = newStage()
  const pair = new Pair(definition, { seed: 1, limits: { requestsPerSecond: 1000 } })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  const is = async (asking: Promise<unknown>, expected: unknown) =>
    assert.deepEqual(await settled(pair, asking), expected)
  await is(askAttribute(ada, 'strength'), 10)
  await is(askAttribute(ada, 'strength', idOf(bob)), 10)
  await is(askAttribute(ada, 'gold', idOf(bob)), 'forbidden')
  await is(askAttribute(ada, 'luck'), 'unknown-name')
  await is(askAttribute(ada, 'luck', idOf(bob)), 'unknown-name')
  await is(setAttribute(ada, 'strength', 100), 'forbidden')
  await is(setAttribute(ada, 'title', 5), 'wrong-type')
  await is(setAttribute(ada, 'title', 'x'.repeat(17)), 'out-of-range')
  await is(setAttribute(ada, 'title', 'Lady'), undefined)
  await is(setAttribute(ada, 'mood', 'angry'), undefined)
  await is(askAttribute(bob, 'title', idOf(ada)), 'Lady')
  await is(setAttribute(bob, 'title', 'Toad', idOf(ada)), 'forbidden')
  await is(editAttributes(ada, [{ name: 'gold', by: -30 }]), undefined)
  await is(
    editAttributes(ada, [
      { name: 'gold', by: -30 },
      { name: 'strength', by: 1 },
    ]),
    'forbidden',
  )
  await is(editAttributes(ada, [{ name: 'gold', by: -71 }]), 'out-of-range')
  await is(editAttributes(ada, [{ name: 'title', by: 1 }]), 'wrong-type')
  await is(askAttribute(ada, 'gold'), 70)
})

test('of who is far, hidden or gone one is told no more than of who never was', async () => {
  const { definition } = newStage()
  const pair = new Pair(definition, { seed: 1, limits: { requestsPerSecond: 1000 } })
  const [ada, far, hidden] = [
    await pair.join({ name: 'Ada' }),
    await pair.join({ name: 'Far' }),
    await pair.join({ name: 'Hidden' }),
  ]
  const gone = await pair.join({ name: 'Bob' })
  const goneId = idOf(gone)
  gone.close()
  await pair.run(500)
  for (const id of [idOf(far), idOf(hidden), goneId, 4_000_000_000]) {
    assert.equal(await settled(pair, askAttribute(ada, 'strength', id)), 'no-character')
    assert.equal(await settled(pair, setAttribute(ada, 'title', 'x', id)), 'no-character')
    assert.equal(await settled(pair, editAttributes(ada, [{ name: 'gold', by: 1 }], id)), 'no-character')
  }
  assert.equal(await settled(pair, askAttribute(hidden, 'strength')), 10)
  assert.equal(await settled(pair, askAttribute(hidden, 'strength', idOf(ada))), 10)
})

test('staff ask from anywhere, and may what is declared for staff', async () => {
  const { definition, setWarden } = newStage()
  const pair = new Pair(definition, { seed: 1 })
  const ada = await pair.join({ name: 'Ada' })
  const warden = await pair.join({ name: 'Warden' })
  setWarden([...pair.host.world.players.keys()][1])
  assert.equal(await settled(pair, editAttributes(warden, [{ name: 'gold', by: 5 }], idOf(ada))), undefined)
  assert.equal(await settled(pair, askAttribute(ada, 'gold')), 105)
  assert.equal(await settled(pair, setAttribute(warden, 'title', 'x', idOf(ada))), 'forbidden')
})

test('two ends that declare attributes differently do not talk', () => {
  const other = defineGame({ ...village, attributes: { strength: village.attributes.strength } })
  assert.notEqual(other.fingerprint, village.fingerprint)
  assert.match(village.description, /attribute gold: integer\(0\.\.1000\) from 100, read by owner/)
})

test('over a real socket it is the same', async () => {
  const { definition, book } = newStage()
  const server = await serve(definition, { listen: ['ws://127.0.0.1:0'] })
  try {
    const ada = await connect(village, server.urls[0], { name: 'Ada' })
    await setAttribute(ada, 'title', 'Lady')
    await editAttributes(ada, [{ name: 'gold', by: 11 }])
    assert.deepEqual([await askAttribute(ada, 'title'), await askAttribute(ada, 'gold')], ['Lady', 111])
    await assert.rejects(askAttribute(ada, 'luck'), { name: 'AttributeRefused', code: 'unknown-name' })
    await assert.rejects(setAttribute(ada, 'strength', 99), { code: 'forbidden' })
    const [character] = server.world.entities('walker')
    assert.equal(book.of(character)?.read('title'), 'Lady')
    ada.close()
  } finally {
    await server.close()
  }
})
