/** A player goes from one region to another with all that the next one needs, and is there once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../../src/core/index.ts'
import { type AttachedGateway, Region, type ServedPlayer } from '../../src/region/index.ts'
import type { Down, Up } from '../../src/region/message/index.ts'
import { topicKey } from '../../src/replication/index.ts'
import { type AnyEntity, EntityState, type Kind } from '../../src/world/index.ts'
import { go, meadowServer } from './meadow.ts'

const enter = { is: 'enter', session: 1, name: 'Wes', account: undefined, character: undefined } as const
const group = topicKey({ kind: 'group', id: 7 })
const secret = topicKey({ kind: 'entity', id: 99 })

/** A region that shares a world, with a gateway whose news are noted. */
function region(firstId: number) {
  const region = new Region(
    meadowServer,
    {
      random: new Random(1),
      shared: { tick: 1, at: instant(50), ids: { first: firstId, count: 1000 } },
    },
    instant(0),
  )
  const heard: Down[] = []
  const gateway = region.attach(
    {
      receive: (message) => {
        if (message.is !== 'tick') heard.push(message)
        else heard.push({ ...message, players: message.players.map((news) => structuredClone(news)) })
      },
    },
    'gateway',
  )
  // Other regions have something of this world.
  region.home.world.watcher = undefined
  const come = (isStandIn = false): ServedPlayer => {
    region.receive(gateway, { ...enter, key: '', isStandIn }, instant(0))
    return gateway.players.get(1) as ServedPlayer
  }
  const told = (is: Down['is']): Down[] => heard.splice(0).filter((message) => message.is === is)
  return { region, gateway, come, told }
}

/** Takes a player out of one region and into the other, as `SharedRegion` does. */
function carry(from: Region, to: Region, gateway: AttachedGateway, served: ServedPlayer): void {
  const [carried, luggage] = [from.players.carriedOf(served), from.players.luggageOf(served)]
  const { entity } = served.player as { readonly entity: AnyEntity }
  from.freeze(served.player)
  const { instance } = to.home
  const copy = structuredClone(entity)
  instance.world.haunt(copy, instance.world.game.kindByName.get('walker') as Kind, {})
  instance.world.embody(entity.id)
  const player = to.players.take(carried, luggage, { entity: copy, instance })
  to.players.serve(player, gateway, carried, { instance, luggage })
  from.letGo(served)
}

test('[K17] what a player takes along is what they arrive with: commands, what was told and what is followed', () => {
  const [west, east] = [region(1), region(2001)]
  const served = west.come()
  const { player, feed } = served
  const { commands } = player
  for (const tick of [3, 4, 6]) commands.receive(tick as never, go(1, tick - 4) as never, 2 as never)
  commands.hear(6 as never, 2 as never)
  commands.next(3 as never)
  player.viewDelay = 4.5
  player.spawned.push({ tick: 2 as never, ordinal: 1, id: 44 })
  player.isSurprised = false
  player.left = new EntityState(west.region.home.world.game.kindByName.get('walker') as Kind).take(
    player.entity as never,
  )
  feed.unpack({ owedSince: 5, toldAt: 9, isPlaying: true, commandedAt: 8, flying: [7, 9] })
  served.extras.add(group)
  served.inherited = new Set([secret])
  const luggage = west.region.players.luggageOf(served)
  assert.deepEqual(
    [luggage.isSurprised, luggage.extras, luggage.feed.flying],
    [false, [group, secret], [7, 9]],
  )
  assert.equal(luggage.commands.waiting.length, 2)
  carry(west.region, east.region, east.gateway, served)
  const there = east.gateway.players.get(1) as ServedPlayer
  assert.deepEqual(east.region.players.luggageOf(there), luggage)
  assert.deepEqual(east.region.players.carriedOf(there), {
    ...west.region.players.carriedOf(served),
    isStandIn: false,
  })
  // What was followed and is no more is told of: the gateway still follows it.
  east.told('tick')
  east.region.advance(instant(50))
  const [tick] = east.told('tick') as (Down & { is: 'tick' })[]
  assert.deepEqual(
    tick.players[0].unfollow.map(({ key }) => key),
    [group, secret],
  )
})

test('[K17] what comes for a frozen player waits: it is done if they stay, and sent back if they do not', () => {
  for (const stays of [true, false]) {
    const { region: own, gateway, come, told } = region(1)
    const served = come()
    own.freeze(served.player)
    const ask: Up = { is: 'ask', session: 1, ask: 3, request: 'say', body: { text: 'here' } }
    own.receive(gateway, ask, instant(10))
    assert.deepEqual(told('reply'), [])
    if (stays) {
      own.thaw(served, own.home.instance)
      assert.equal(told('reply').length, 1)
      continue
    }
    own.letGo(served)
    const returned = { is: 'returned', message: ask } as const
    assert.deepEqual(told('returned'), [returned])
    // For five seconds what still comes is sent back too.
    for (const at of [5010, 5011]) own.receive(gateway, ask, instant(at))
    assert.deepEqual(told('returned'), [returned])
  }
})

test('[K19] a region that lets a player go says so to the gateway', () => {
  const { region: own, come, told } = region(1)
  const served = come()
  own.freeze(served.player)
  assert.deepEqual(told('released'), [])
  own.letGo(served)
  assert.deepEqual(told('released'), [{ is: 'released', session: 1 }])
})

test('[K19] where a stand-in and the character meet in a region the stand-in goes, whoever was there first', () => {
  for (const isStandIn of [true, false]) {
    const [west, east] = [region(1), region(2001)]
    const [here, comes] = [east.come(!isStandIn), west.come(isStandIn)]
    carry(west.region, east.region, east.gateway, comes)
    const stays = isStandIn ? here : comes
    assert.equal(east.region.players.size, 1)
    assert.equal(east.gateway.players.get(1)?.player.id, stays.player.id)
    assert.deepEqual(
      [...east.region.home.world.entities('walker')].map(({ id }) => id),
      [(stays.player.entity as AnyEntity).id],
    )
  }
})

test('[K19] a stand-in that came while the character was frozen goes when that one stays, and a frozen one goes for it', () => {
  for (const isStandIn of [true, false]) {
    const { region: own, gateway, come } = region(1)
    const frozen = come(isStandIn)
    own.freeze(frozen.player)
    gateway.leaving.delete(1)
    const comes = come(!isStandIn)
    assert.notEqual(comes.player, frozen.player)
    own.thaw(frozen, own.home.instance)
    assert.equal(gateway.players.get(1)?.player, isStandIn ? comes.player : frozen.player)
    assert.equal([...own.home.world.entities('walker')].length, 1)
  }
})
