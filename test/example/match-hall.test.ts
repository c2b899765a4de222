/** The lobby of docs/examples/match.ts, played through by clients. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arena, hall, type match, matchServer } from '../../docs/examples/match.ts'
import type { Client } from '../../src/client/index.ts'
import { after, FOREVER, type Instant, milliseconds } from '../../src/core/index.ts'
import { Pair } from '../../src/lab/index.ts'

type Match = typeof match

const map = (name: string) => (name === 'arena' ? arena : hall)

/** Two clients who have come through the lobby into an arena, and one who has not. */
async function inArena(seed: number, place = {}) {
  const pair = new Pair(matchServer(), { seed })
  const [ada, ben, cay] = [
    await pair.join({ name: 'Ada', map }, place),
    await pair.join({ name: 'Ben', map }),
    await pair.join({ name: 'Cay', map }),
  ]
  const ids = [ada, ben].map(({ me }) => me!.id)
  const say = async (client: Client<Match>, ...said: Parameters<Client<Match>['ask']>): Promise<string> => {
    let heard = ''
    client.ask(...said).then(
      () => void (heard = 'yes'),
      (error: Error) => void (heard = error.message),
    )
    await pair.runUntil(() => heard !== '', 1000)
    return heard
  }
  assert.equal(await say(ada, 'joinLobby', {}), 'yes')
  assert.equal(await say(ben, 'joinLobby', {}), 'yes')
  assert.equal(await say(ada, 'chooseTeam', { team: 1 }), 'yes')
  assert.equal(await say(ada, 'sayReady', { isReady: true }), 'yes')
  // Both are blue: nothing begins.
  assert.equal(await say(ben, 'sayReady', { isReady: true }), 'Blue has too many; someone has to change.')
  assert.equal(await say(ben, 'chooseTeam', { team: 0 }), 'yes')
  assert.equal(await say(ben, 'sayReady', { isReady: true }), 'yes')
  const [lobby] = cay.entities('lobby')
  assert.ok(await pair.runUntil(() => lobby.phase === 'counting', 500))
  assert.ok(await pair.runUntil(() => ada.map?.name === 'arena' && ben.map?.name === 'arena', 6000))
  await pair.run(300)
  return { pair, ada, ben, cay, ids, say }
}

test('[N30] [M21] those who are ready when the countdown has passed play in an arena of their own, by its own clock', async () => {
  const { pair, ada, ben, cay, ids } = await inArena(1)
  assert.deepEqual([ada.map?.instance, cay.map?.name], [ben.map?.instance, 'hall'])
  assert.deepEqual([ada.map?.width, ada.map?.ticksPerSecond, ada.game.map.width], [64, 10, 64])
  assert.deepEqual(
    [ada, ben].map(({ me }) => me?.id),
    ids,
  )
  assert.deepEqual([ada.me?.team, ben.me?.team], [1, 0])
  assert.equal([...cay.entities('fighter')].length, 1)
  assert.equal(pair.host.stats.worlds, 3)
  const [before, hallBefore] = [ada.stats.serverTick, cay.stats.serverTick]
  ada.command({ east: -1, north: 0 })
  await pair.run(4000)
  // Where nobody moves, news come twice a second: the newest may be half a second old.
  assert.ok(Math.abs(ada.stats.serverTick - before - 40) <= 2 + 5, `${ada.stats.serverTick - before}`)
  assert.ok(
    Math.abs(cay.stats.serverTick - hallBefore - 80) <= 4 + 10,
    `${cay.stats.serverTick - hallBefore}`,
  )
  ada.frame()
  ben.frame()
  assert.ok(ada.stats.isPredicting && ada.me!.position.x < 40)
  assert.deepEqual([ada.stats.corrections, ada.stats.mapTrouble], [0, undefined])
  const seen = [...ben.entities('fighter')].find(({ id }) => id === ids[0])!
  assert.ok(Math.abs(seen.position.x - ada.me!.position.x) < 2.5)
})

test('[M22] an arena is gone when they have left it, and who leaves is in the hall again', async () => {
  const { pair, ada, ben, ids, say } = await inArena(2)
  const names: string[] = []
  ada.onMap(({ name }) => names.push(name))
  assert.equal(await say(ada, 'goHome', {}), 'yes')
  assert.ok(await pair.runUntil(() => ada.map?.name === 'hall' && ada.me !== undefined, 500))
  assert.deepEqual([ada.me?.id, ada.me?.team, names.at(-1)], [ids[0], 1, 'hall'])
  ben.close()
  await pair.run(9000)
  assert.equal(pair.host.stats.worlds, 3)
  await pair.run(2000)
  assert.equal(pair.host.stats.worlds, 2)
  ada.command({ east: 1, north: 0 })
  await pair.run(2000)
  assert.deepEqual([ada.stats.corrections, ada.stats.isPredicting], [0, true])
})

for (const [seconds, name] of [
  [11, 'arena'],
  [11, 'hall'],
] as const)
  test(`[N18] [N32] who is lost in an arena comes back to where they are by then: the ${name}`, async () => {
    const way = { isCut: false }
    const path = (_bytes: number, now: Instant) => [way.isCut ? FOREVER : after(now, milliseconds(20))]
    const { pair, ada, ids } = await inArena(3, { toServer: path, toClient: path })
    const told: string[] = []
    ada.onEnter('fighter', ({ id }) => told.push(`enters ${id}`))
    // The first listener hears of those who are in view already.
    await pair.run(100)
    assert.ok(told.includes(`enters ${ids[0]}`))
    told.length = 0
    way.isCut = true
    await pair.run(seconds * 1000)
    assert.equal(pair.host.stats.playersAway, 1)
    const { realm } = pair.host
    const player = [...realm.get(ada.map!.instance)!.world.players.values()].find(
      ({ entity }) => entity?.id === ids[0],
    )!
    if (name === 'hall') await realm.carry(player, realm.home('hall'), { x: 9, y: 9 })
    way.isCut = false
    assert.ok(await pair.runUntil(() => ada.status === 'open', 10_000))
    await pair.run(300)
    assert.deepEqual([ada.map?.name, ada.me?.id], [name, ids[0]])
    // In the arena nothing is told twice; in the hall everything is new.
    assert.equal(told.includes(`enters ${ids[0]}`), name === 'hall')
    ada.command({ east: 1, north: 0 })
    await pair.run(2000)
    assert.deepEqual([ada.stats.corrections, ada.stats.isPredicting], [0, true])
  })
