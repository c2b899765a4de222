/** Who comes back over another gateway while their character is on the way to another region, or may be. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../../src/core/index.ts'
import { type AttachedGateway, Region } from '../../src/region/index.ts'
import type { Down } from '../../src/region/message/index.ts'
import { meadowServer } from './meadow.ts'

const KEY = 'of the session'

/** A region that shares a world, with a player, and gateways whose news are noted. */
function region() {
  const region = new Region(
    meadowServer,
    {
      random: new Random(1),
      shared: { tick: 1, at: instant(50), ids: { first: 1, count: 1000 } },
    },
    instant(0),
  )
  const heard: string[] = []
  const attach = (name: string): AttachedGateway =>
    region.attach(
      {
        receive: (message: Down) => {
          if (['reclaimed', 'unclaimed', 'ended', 'taken'].includes(message.is) && 'session' in message)
            heard.push(`${name}: ${message.session} ${message.is}`)
        },
      },
      name,
    )
  const first = attach('first')
  const enter = { is: 'enter', session: 1, name: 'Wes', account: undefined, character: undefined } as const
  region.receive(first, { ...enter, key: KEY, isStandIn: false }, instant(0))
  const [player] = region.home.world.players.values()
  const reclaim = (gateway: AttachedGateway, session: number, isHere = false): void =>
    region.receive(gateway, { is: 'reclaim', session, key: KEY, isHere }, instant(10))
  return { region, first, attach, player, reclaim, heard }
}

test('[K24] whether a frozen player is here is said when it is known: they stay', () => {
  const { region: own, attach, player, reclaim, heard } = region()
  const second = attach('second')
  const served = own.freeze(player)!
  reclaim(second, 8)
  // The client has given that connection up, and comes over the next.
  reclaim(second, 9)
  assert.deepEqual(heard, ['second: 8 unclaimed'])
  own.thaw(served, own.home.instance)
  assert.deepEqual(heard.slice(1), ['first: 1 ended', 'second: 9 reclaimed'])
  assert.equal(own.players.size, 1)
})

test('[K24] whether a frozen player is here is said when it is known: they are another region’s', () => {
  const { region: own, attach, player, reclaim, heard } = region()
  const [second, gone] = [attach('second'), attach('gone')]
  const served = own.freeze(player)!
  reclaim(gone, 3)
  reclaim(second, 8)
  own.detach(gone)
  assert.deepEqual(heard, [])
  own.letGo(served)
  assert.deepEqual(heard, ['second: 8 unclaimed'])
  reclaim(second, 8)
  assert.deepEqual(heard.slice(1), ['second: 8 unclaimed'])
})

test('[K24] a gateway that looks for a player whom it was told of is told again: another region may have said so later', () => {
  const { first, reclaim, heard } = region()
  reclaim(first, 1, true)
  assert.deepEqual(heard, ['first: 1 taken'])
  reclaim(first, 1)
  assert.equal(heard.length, 1)
})
