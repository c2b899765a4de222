/** What a gateway does with a player whom regions hand on, lose, or have twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../src/core/index.ts'
import { JoinedRegions } from '../../src/gateway/index.ts'
import { type AttachedGateway, type Region, RemoteGateway } from '../../src/region/index.ts'
import type { Down, RegionListener, Up } from '../../src/region/message/index.ts'
import { MemoryNetwork } from '../../src/transport/index.ts'
import { field } from '../field/field.ts'

const INSTANCE = 1
const enter = { is: 'enter', session: 1, name: 'Wes', account: undefined, character: undefined } as const
const east = { east: 1, north: 0 }
const rest = { east: 0, north: 0 }

/** Two regions that say what a test has them say, and a gateway's half, with a player in the west. */
function routes(key = '', isWelcome = true) {
  const network = new MemoryNetwork()
  const joined = new JoinedRegions({
    game: field,
    entrance: ({ isStandIn }) => (isStandIn ? 'east' : 'west'),
    read: async (character) => character,
  })
  const told: Down[] = []
  joined.open({ receive: (message) => void told.push(message) })
  const [heard, listeners] = [new Map<string, Up[]>(), new Map<string, RegionListener>()]
  for (const name of ['west', 'east']) {
    const { client, server } = network.pair({ bufferBytesMax: 2 ** 20 })
    const ups: Up[] = []
    heard.set(name, ups)
    const region = {
      attach: (listener: RegionListener) => {
        listeners.set(name, listener)
        return {} as AttachedGateway
      },
      receive: (_gateway: AttachedGateway, message: Up) => void ups.push(message),
      detach: () => {},
    }
    const remote = new RemoteGateway(region as unknown as Region, field, server)
    const take = joined.join(name, client)
    server.open({ receive: (packet) => remote.take(packet, instant(0)), closed: () => {} })
    client.open({ receive: take, closed: () => {} })
  }
  const deliver = (): void => {
    // One way and back.
    for (let i = 0; i < 2; i++) network.deliver(instant(0))
  }
  const tell = (name: string, message: Down): void => {
    listeners.get(name)?.receive(message)
    deliver()
  }
  const say = (message: Up): void => {
    joined.send(message, instant(0))
    deliver()
  }
  /** What a region has heard since it was last asked. */
  const heardBy = (name: string): Up[] => heard.get(name)?.splice(0) ?? []
  const advance = async (at: number): Promise<void> => {
    joined.advance(instant(at))
    await Promise.resolve()
    await Promise.resolve()
    deliver()
  }
  say({ ...enter, key, isStandIn: false })
  const entered = { is: 'entered', session: 1, player: 5, own: 6, instance: INSTANCE } as const
  if (isWelcome) tell('west', entered)
  assert.deepEqual(
    heardBy('west').map(({ is }) => is),
    ['enter'],
  )
  const taken = { ...entered, is: 'taken', tick: 40, isStandIn: false } as const
  return { told, say, tell, heardBy, advance, entered, taken }
}

test('[K17] a gateway says the last commands again to the region that takes the player, and the next ones to it alone', () => {
  const { say, tell, heardBy, taken } = routes()
  const commands = (newest: number, command: typeof east): Up => ({
    ...{ is: 'commands', session: 1, instance: INSTANCE, newest, viewDelay: 3 },
    changes: [{ tick: newest, command }],
  })
  say(commands(38, east))
  say(commands(41, rest))
  assert.equal(heardBy('west').length, 2)
  tell('east', taken)
  assert.deepEqual(heardBy('east'), [
    {
      ...{ is: 'commands', session: 1, instance: INSTANCE, newest: 41, viewDelay: 3 },
      changes: [
        { tick: 38, command: east },
        { tick: 41, command: rest },
      ],
    },
  ])
  say(commands(45, east))
  assert.deepEqual([heardBy('west').length, heardBy('east').length], [0, 1])
})

test('[K17] who goes on as they come in is let in by the region that took them, if that is heard first', () => {
  const { told, say, tell, heardBy, entered, taken } = routes('', false)
  tell('east', taken)
  assert.deepEqual(told, [entered])
  // What the first region says late changes nothing.
  tell('west', entered)
  assert.deepEqual(told, [entered])
  say({ is: 'speak', session: 1 })
  assert.deepEqual([heardBy('west').length, heardBy('east').length], [0, 1])
})

test('[K17] what comes back from a region waits until another has the player, and is said there; later it goes there at once', () => {
  const { say, tell, heardBy, taken } = routes()
  const ask = (ask: number): Up & { is: 'ask' } => ({
    ...{ is: 'ask', session: 1, ask, request: 'say', body: { text: `${ask}` } },
  })
  say(ask(1))
  heardBy('west')
  tell('west', { is: 'returned', message: ask(1) })
  assert.deepEqual([heardBy('west'), heardBy('east')], [[], []])
  tell('east', taken)
  assert.deepEqual(heardBy('east'), [ask(1)])
  tell('west', { is: 'returned', message: ask(2) })
  assert.deepEqual([heardBy('west'), heardBy('east')], [[], [ask(2)]])
})

test('[K19] whom a region released and no other takes is asked for by key, and after 10 s comes in anew', async () => {
  for (const key of ['of the session', '']) {
    const { tell, heardBy, advance } = routes(key)
    await advance(1000)
    assert.deepEqual([heardBy('west'), heardBy('east')], [[], []])
    tell('west', { is: 'released', session: 1 })
    await advance(1249)
    assert.deepEqual([heardBy('west'), heardBy('east')], [[], []])
    await advance(1250)
    const reclaim = { is: 'reclaim', session: 1, key, isHere: true }
    const asked = key === '' ? [] : [reclaim]
    assert.deepEqual([heardBy('west'), heardBy('east')], [asked, asked])
    await advance(10_999)
    assert.deepEqual(heardBy('east'), [])
    await advance(11_000)
    assert.deepEqual(heardBy('east'), [{ ...enter, key, isStandIn: true }])
  }
})

test('[K19] a stand-in goes when the character that it stood in for is there after all, and never the other way', async () => {
  const { say, tell, heardBy, advance, entered, taken } = routes()
  tell('west', { is: 'released', session: 1 })
  await advance(0)
  await advance(10_000)
  tell('east', { ...entered, player: 8, own: 9 })
  heardBy('east')
  tell('west', taken)
  assert.deepEqual(heardBy('east'), [{ is: 'leave', session: 1, how: 'lost' }])
  // It had gone on when that came there: the character does not leave for it.
  tell('east', { is: 'returned', message: { is: 'leave', session: 1, how: 'lost' } })
  assert.deepEqual([heardBy('west'), heardBy('east')], [[], []])
  // Handed on meanwhile, the stand-in comes back: it is told to go again.
  tell('east', { ...taken, player: 8, own: 9, isStandIn: true })
  assert.deepEqual(heardBy('east'), [{ is: 'leave', session: 1, how: 'lost' }])
  say({ is: 'away', session: 1 })
  assert.deepEqual([heardBy('west').length, heardBy('east').length], [1, 0])
})
