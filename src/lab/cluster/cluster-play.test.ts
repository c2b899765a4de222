import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readClusterScript, writeClusterScript } from './cluster-act.ts'
import type { ClusterLook } from './cluster-look.ts'
import {
  ClusterPlay,
  type ClusterSettings,
  defaultCluster,
  readCluster,
  writeCluster,
} from './cluster-play.ts'

/** By then all districts are owned and each player is heard of. */
const BEGUN_MS = 5000

function played(ms: number, settings: Partial<ClusterSettings> = {}): ClusterPlay {
  const play = new ClusterPlay({ ...defaultCluster, ...settings })
  play.advance(ms)
  return play
}

/** What is wrong with who is where: every district spoken for, every player heard of within 300 ms. */
function troubles({ districts, entities }: ClusterLook): string[] {
  return [
    ...districts.filter(({ isLive }) => !isLive).map(({ district }) => `district ${district} stands still`),
    ...entities
      .filter(({ silentMs }) => silentMs === undefined || silentMs > 300)
      .map(({ entity, silentMs }) => `player ${entity} hears nothing for ${silentMs} ms`),
  ]
}

const allHold = { author: 'holds', place: 'holds', kept: 'holds', item: 'holds' } as const

test('when nothing is done, each district is spoken for and each player hears of itself', () => {
  const look = played(BEGUN_MS).look()
  assert.deepEqual(troubles(look), [])
  assert.deepEqual(look.lamps, { ...allHold, replica: 'waiting' })
  assert.equal(look.regions.filter(({ isLeading }) => isLeading).length, 1)
})

for (const act of ['kill', 'cut', 'pause'] as const)
  test(`${act}: a region's districts get a new epoch and owner, and its players stay`, () => {
    const play = played(BEGUN_MS)
    const before = play.look()
    const { name, districts } = before.regions.find((region) => region.districts.length > 0)!
    play.do({ do: act, name })
    play.advance(BEGUN_MS + 200)
    const during = play.look()
    if (act === 'kill') assert.ok(during.districts.some(({ isLive }) => !isLive))
    else
      assert.equal(
        during.regions.find((region) => region.name === name)?.state,
        act === 'cut' ? 'cut' : 'paused',
      )
    play.advance(BEGUN_MS + 6000)
    const after = play.look()
    assert.deepEqual(troubles(after), [])
    for (const district of districts) {
      assert.notEqual(after.districts[district].owner, name)
      assert.ok(after.districts[district].epoch > before.districts[district].epoch)
    }
    play.do({ do: 'rest' })
    play.advance(BEGUN_MS + 6000 + 8900)
    assert.equal(play.look().lamps.replica, 'waiting')
    play.advance(BEGUN_MS + 6000 + 9000)
    assert.deepEqual(play.look().lamps, { ...allHold, replica: 'holds' })
    assert.equal(play.look().failure, undefined)
  })

test('a gateway that dies is replaced, and its players go on where they were', () => {
  const play = played(BEGUN_MS)
  const [{ name, players }] = play.look().gateways
  play.do({ do: 'kill', name })
  play.advance(BEGUN_MS + 3000)
  const look = play.look()
  assert.deepEqual(troubles(look), [])
  assert.ok(look.gateways.every((gateway) => gateway.name !== name))
  assert.ok(players.every((player) => look.entities[player - 1].gateway !== name))
})

test('store and directory may be away for a while: nothing is lost', () => {
  for (const name of ['store', 'directory'])
    for (const act of ['kill', 'cut', 'pause'] as const) {
      const play = played(BEGUN_MS)
      play.do({ do: act, name })
      play.advance(BEGUN_MS + 1000)
      if (act !== 'kill') play.do({ do: act === 'cut' ? 'mend' : 'resume', name })
      play.advance(BEGUN_MS + 9000)
      assert.deepEqual([name, act, ...troubles(play.look())], [name, act])
      play.do({ do: 'rest' })
      play.advance(BEGUN_MS + 19_000)
      assert.deepEqual(play.look().lamps, { ...allHold, replica: 'holds' })
    }
})

test('a rule that is left out shows: a lamp goes out that stays lit with the rule', () => {
  const script = readClusterScript(
    Array.from(
      { length: 12 },
      (_, i) => `${4 + i * 3} pause region-${3 + (i % 4)};${5.9 + i * 3} resume region-${3 + (i % 4)}`,
    ).join(';'),
  )
  const broken = (without: ClusterSettings['without']): string[] =>
    [1, 2, 3].flatMap((seed) => {
      const { lamps } = played(45_000, { seed, without, script, isStormy: true }).look()
      return Object.entries(lamps).flatMap(([claim, lamp]) => (lamp === 'broken' ? [claim] : []))
    })
  assert.deepEqual(broken([]), [])
  assert.ok(broken(['hopCheck', 'fenceRound', 'silence', 'askBack', 'commitFirst']).length > 0)
})

test('the same settings give the same, and the address holds them', () => {
  const play = played(BEGUN_MS, { seed: 3, isStormy: true })
  play.do({ do: 'kill', name: play.look().regions[1].name })
  play.advance(8000)
  play.do({ do: 'rest' })
  play.advance(9000)
  const query = new URLSearchParams(writeCluster(play.asSettings))
  const again = new ClusterPlay(readCluster((name) => query.get(name)))
  again.advance(9000)
  assert.equal(again.look().hash, play.look().hash)
  assert.notEqual(played(9000, { seed: 4 }).look().hash, play.look().hash)
})

test('an act that cannot be read is answered by a sentence', () => {
  assert.equal(writeClusterScript(readClusterScript('3 kill region-3; 9 rest')), '3 kill region-3;9 rest')
  for (const bad of [
    'kill region-3',
    '3 kill',
    '3 rest region-1',
    '-1 rest',
    '3 eat region-1',
    '3 kill REGION',
  ])
    assert.throws(() => readClusterScript(bad), /cannot be read/)
  assert.throws(() => readCluster((name) => (name === 'cluster-seed' ? '1.5' : null)), /whole number/)
  assert.throws(() => readCluster((name) => (name === 'cluster-without' ? 'luck' : null)), /no rule "luck"/)
})
