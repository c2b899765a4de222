import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PeerRun, type PeerTopology } from './peer-run.ts'

const topologies: readonly PeerTopology[] = ['peer-to-peer', 'hybrid']
const weathers = ['clear', 'wifi', '4G', 'terrible', '150ms±40 loss=10%']

for (const topology of topologies)
  test(`${topology}: whatever the weather, everybody confirms the same states`, () => {
    for (const weather of weathers)
      for (let seed = 1; seed <= 4; seed++) {
        const run = new PeerRun({ topology, count: 4, seed, weather: [weather, 'wifi'] })
        run.advance(10_000)
        const at = `${topology}, ${weather}, seed ${seed}`
        assert.equal(run.disagreement, undefined, at)
        for (const peer of run.peers) assert.ok(peer.confirmedTick > 400, `${at}: ${peer.confirmedTick}`)
      }
  })

test('the same seed gives the same run, another seed another', () => {
  const stateOf = (seed: number) => {
    const run = new PeerRun({ topology: 'peer-to-peer', count: 3, seed, weather: ['train'] })
    run.advance(5000)
    return [run.peers[1].state, run.peers[1].counts]
  }
  assert.deepEqual(stateOf(5), stateOf(5))
  assert.notDeepEqual(stateOf(5), stateOf(6))
})

test('in clear weather with two ticks of delay nobody ever goes back; without delay, on a slow path, all the time', () => {
  const rollbacks = (delayTicks: number, weather: string) => {
    const run = new PeerRun({ topology: 'peer-to-peer', count: 3, seed: 1, weather: [weather], delayTicks })
    run.advance(5000)
    return run.peers[0].counts.rollbacks
  }
  assert.equal(rollbacks(2, 'clear'), 0)
  assert.ok(rollbacks(0, '60ms') > 10)
})

test('a peer sends its input N-1 times, through a relay once: bytes up grow with N or do not', () => {
  const up = (topology: PeerTopology, count: number) => {
    const run = new PeerRun({ topology, count, seed: 1, weather: ['clear'] })
    run.advance(5000)
    return [run.connections, run.traffic[0].packetsUp / 300]
  }
  assert.deepEqual(up('peer-to-peer', 4), [6, 3])
  assert.deepEqual(up('peer-to-peer', 12), [66, 11])
  assert.deepEqual(up('hybrid', 12), [12, 1])
})

test('whoever bends the state of the own machine is found out by the hashes of the others', () => {
  for (const topology of topologies) {
    const run = new PeerRun({ topology, count: 4, seed: 3, weather: ['wifi'] })
    run.advance(3000)
    assert.deepEqual(run.disagreement?.players, undefined)
    run.peers[2].cheat()
    run.advance(6000)
    assert.deepEqual(run.disagreement?.players, [2])
  }
})

test('bytes that are no packet of a peer change nothing', () => {
  const run = new PeerRun({ topology: 'peer-to-peer', count: 3, seed: 1, weather: ['clear'] })
  run.advance(1000)
  const [peer] = run.peers
  const before = peer.state
  for (const bytes of [[], [0], [0, 5, 8, 255], [1, 5, 9], [1, 5, 8], [7, 5, 1, 0], [1, 200, 1, 1, 255]])
    assert.equal(peer.receive(new Uint8Array(bytes)), false, String(bytes))
  assert.deepEqual(peer.state, before)
})
