import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PeerPacket, peerFateOf, RELAY } from './peer-packet.ts'
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

test('of two that differ nobody can say which is right: both are named', () => {
  const run = new PeerRun({ topology: 'hybrid', count: 2, seed: 3, weather: ['wifi'] })
  run.advance(2000)
  run.peers[1].cheat()
  run.advance(5000)
  assert.deepEqual(run.disagreement?.players, [0, 1])
})

for (const topology of topologies)
  test(`${topology}: each packet is a thing with a fate, and what all of them changed is what was played`, () => {
    const weather = ['40ms±30 loss=10% repeat=10% reorder=20%/60ms']
    const run = new PeerRun({ topology, count: 3, seed: 2, weather })
    run.advance(4000)
    const { packets, now } = run
    const ended = packets.filter((packet) => now - packet.sentAt > 1000)
    const fates = new Map<string, number>()
    for (const packet of ended) {
      const fate = peerFateOf(packet, now)
      fates.set(fate, (fates.get(fate) ?? 0) + 1)
      const { arrivesAt, middleAt = packet.sentAt, lostAt, passedOn, change, to } = packet
      assert.ok(middleAt >= packet.sentAt && (arrivesAt ?? middleAt) >= middleAt)
      assert.equal(arrivesAt === undefined, lostAt !== undefined, 'lost, or there')
      assert.equal(change !== undefined, fate !== 'lost' && to !== RELAY)
      assert.equal(passedOn !== undefined, fate !== 'lost' && to === RELAY)
      const said = run.read(packet)
      assert.equal(said?.from, packet.author)
    }
    for (const fate of ['arrived', 'lost', 'repeated']) assert.ok((fates.get(fate) ?? 0) > 20, fate)
    assert.equal(fates.get('on the way'), undefined)
    for (const what of ['overtakes', 'overtaken'] as const)
      assert.ok(ended.filter((packet) => packet[what] > 0).length > 20, what)
    const sum = (partOf: (packet: PeerPacket) => number): number =>
      packets.reduce((all, one) => all + partOf(one), 0)
    const counts = run.peers.map((peer) => peer.counts.replayedTicks)
    assert.equal(
      sum(({ change }) => change?.replayedTicks ?? 0),
      counts.reduce((all, one) => all + one),
    )
    // Each of the three knows the inputs of the two others, up to what it has confirmed at least.
    const known = sum(({ change }) => change?.inputs ?? 0)
    const least = run.peers.reduce((all, peer) => all + 2 * (peer.confirmedTick - 2), 0)
    assert.ok(known >= least && known < least * 1.3, `${known} beside ${least}`)
  })

test('what the network lost is never both lost and there, and copies say of what they are one', () => {
  const run = new PeerRun({ topology: 'peer-to-peer', count: 2, seed: 5, weather: ['20ms repeat=50%'] })
  run.advance(1000)
  const byNumber = new Map(run.packets.map((packet) => [packet.number, packet]))
  const copies = run.packets.filter(({ copyOf }) => copyOf > 0)
  assert.ok(copies.length > 50)
  for (const { copyOf, bytes } of copies) assert.equal(byNumber.get(copyOf)?.bytes, bytes)
})

test('only the last packets are kept, however long a game lasts', () => {
  const run = new PeerRun({ topology: 'peer-to-peer', count: 8, seed: 1, weather: ['clear'] })
  run.advance(6000)
  assert.ok(run.packets.length <= 8000 && run.packets.length >= 6000, String(run.packets.length))
  assert.equal(run.packets.at(-1)?.number, 359 * 56 + 56)
})

test('bytes that are no packet of a peer change nothing', () => {
  const run = new PeerRun({ topology: 'peer-to-peer', count: 3, seed: 1, weather: ['clear'] })
  run.advance(1000)
  const [peer] = run.peers
  const before = peer.state
  for (const bytes of [[], [0], [0, 5, 8, 255], [1, 5, 9], [1, 5, 8], [7, 5, 1, 0], [1, 200, 1, 1, 255]])
    assert.equal(peer.receive(new Uint8Array(bytes)), undefined, String(bytes))
  assert.deepEqual(peer.state, before)
})
