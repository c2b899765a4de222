import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { field } from '../../../test/field/field.ts'
import { fieldServer } from '../../../test/field/field.ts'
import { describeChannelPacket } from '../../channel/index.ts'
import { defineBot } from '../../client/index.ts'
import { describePacket, describeState } from '../../dialect/native/index.ts'
import { nodeSodium } from '../../netcode/index.node.ts'
import { Experiment } from './experiment.ts'
import {
  defaultSettings,
  type ExperimentLink,
  type ExperimentSettings,
  means,
  readScript,
} from './settings.ts'
import { fateOf } from './traffic.ts'

/** Walks in circles, each at a place of its own in the round, and says so. */
const bots = defineBot<typeof field>(fieldServer.game, {
  begin: ({ number }) => {
    let tick = number * 5
    return ({ client }) => {
      tick++
      if (tick % 8 === 0) client.ask('say', { text: 'Here.' }).catch(() => {})
      const [east, north] = [
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1],
      ][(tick >> 4) & 3]
      return { east, north }
    }
  },
})

function experiment(settings: Partial<ExperimentSettings> = {}) {
  return new Experiment<typeof field>({
    settings: { ...defaultSettings, ...settings },
    definition: fieldServer,
    bots,
    cipher: nodeSodium,
  })
}

for (const link of ['websocket', 'tcp', 'udp'] satisfies ExperimentLink[])
  test(`the same settings and interventions give the same run over ${link}, also from the middle`, async () => {
    const settings = { link, players: 3, weather: ['4G'], script: readScript('2 cut 0 1') }
    const one = experiment(settings)
    await one.advance(1500)
    await one.do({ do: 'switch', what: 'prediction', isOn: false })
    await one.advance(2500)
    await one.do({ do: 'befall', trouble: { do: 'weather', who: 1, weather: 'terrible' } })
    await one.advance(5000)
    const again = await one.again(5000)
    assert.equal(again.hash, one.hash)
    assert.deepEqual(again.looks.at(-1), one.looks.at(-1))
    assert.equal(one.failure, undefined)
    const fork = await one.again(5000, { ...one.settings, seed: 8 })
    assert.notEqual(fork.hash, one.hash)
  })

test('what is seen of traffic changes nothing of a run: its hash is that of the simulator alone', async () => {
  const { Simulation } = await import('../simulation/simulation.ts')
  const watched = experiment({ players: 3 })
  await watched.advance(4000)
  const scenario = {
    name: '',
    about: '',
    seconds: 300,
    clients: 3,
    weather: ['wifi'],
    driftPpm: 50,
    faults: [],
  }
  const alone = new Simulation({ definition: fieldServer, bots, scenario, seed: defaultSettings.seed })
  while (alone.pair.now < 4000) assert.equal(await alone.step(), undefined)
  assert.equal(watched.hash, alone.hash)
})

for (const link of ['websocket', 'udp'] as const)
  test(`packets over ${link} are things: lost ones and repeated ones, with content that the wire describes`, async () => {
    const run = experiment({ link, players: 3, weather: ['50ms loss=10%'] })
    await run.advance(8000)
    const { packets } = run.traffic
    const lost = packets.filter((packet) => fateOf(packet, run.now) === 'lost')
    assert.ok(
      lost.length > packets.length * 0.06 && lost.length < packets.length * 0.15,
      `${lost.length} lost`,
    )
    const names = new Set<string>()
    for (const { bytes, way } of packets) {
      if (bytes === undefined) continue
      if (link === 'websocket')
        for (const { name } of describePacket(fieldServer.game, bytes)) names.add(name)
      else {
        const described = describeChannelPacket(
          { channels: [{ name: 'messages', kind: 'reliable-ordered' }] },
          bytes,
        )
        for (const { channel, start, length } of described?.frames ?? [])
          if (channel === 'state')
            names.add(describeState(fieldServer.game, bytes.subarray(start, start + length), way).name)
      }
    }
    for (const name of ['commands', 'state']) assert.ok(names.has(name), `${name} among ${[...names]}`)
    assert.ok(!names.has('unknown'))
    if (link === 'websocket') {
      const again = packets.filter(({ repeats }) => repeats > 0)
      assert.ok(again.length > 0)
      for (const { repeats, length, bytes } of again) {
        const first = packets.find(({ number }) => number === repeats)
        assert.deepEqual([first?.length, first?.bytes], [length, bytes])
      }
    }
    const changed = packets.filter(({ read }) => read.some(({ what }) => what === 'position'))
    assert.ok(changed.length > 5, `${changed.length} packets changed a position`)
    const { up, down } = run.traffic.counts(0)
    assert.equal(up.sent + down.sent > 0 && up.bytes > up.sent * 28, true)
  })

test('of a long run only what can be looked at is kept, and what it shows is as it was', async () => {
  const settings = { ...defaultSettings, players: 3, weather: ['terrible'] }
  const options = { settings, definition: fieldServer, bots }
  const [short, long] = [new Experiment({ ...options, keptMs: 2000 }), new Experiment(options)]
  await long.advance(12_000)
  let most = 0
  for (let ms = 1000; ms <= 12_000; ms += 500) {
    await short.advance(ms)
    const { looks, now, traffic } = short
    assert.ok(now - looks[0].at <= 2200 && looks.length <= 45, `${looks.length} looks at ${now} ms`)
    assert.ok(now <= 2000 || now - looks[0].at >= 1900, 'two seconds can be looked at')
    const first = traffic.packets[0]
    assert.ok(now - first.sentAt <= 2400, `a packet of ${now - first.sentAt} ms`)
    if (now > 4000) most = Math.max(most, traffic.packets.length)
    if (now === 7000) most *= 1.5
    if (now > 7000)
      assert.ok(traffic.packets.length <= most, `${traffic.packets.length} packets at ${now} ms`)
  }
  assert.equal(short.hash, long.hash)
  assert.deepEqual(short.lookAt(11_000), long.lookAt(11_000))
  assert.deepEqual(
    short.traffic.between(10_500, 12_000).map(({ number, handedAt }) => [number, handedAt]),
    long.traffic.between(10_500, 12_000).map(({ number, handedAt }) => [number, handedAt]),
  )
})

test('each of the engine’s means can be switched off, and everything that must hold goes on to hold', async () => {
  const down = async (off: ExperimentSettings['off'], link: ExperimentLink = 'websocket') => {
    const run = experiment({ off, link, players: 4, weather: ['fibre'] })
    await run.advance(3000)
    assert.equal(run.failure, undefined, `${off} over ${link}`)
    return run.traffic.counts(2).down
  }
  const [all, whole, single] = [await down([]), await down(['delta']), await down(['batching'])]
  assert.ok(whole.bytes > all.bytes * 1.5, `${whole.bytes} bytes without delta, ${all.bytes} with`)
  assert.ok(single.sent > all.sent, `${single.sent} packets without batching, ${all.sent} with`)
  await down([...means])
  await down([...means], 'udp')
})

test('without prediction the own character waits for the server, a round trip later', async () => {
  const delay = async (off: ExperimentSettings['off']) => {
    const run = experiment({ off, players: 2, weather: ['100ms'] })
    await run.advance(6000)
    const look = run.looks.at(-1)
    const stats = look?.stats[0]
    assert.ok(look && stats)
    return { isPredicting: run.isOn('prediction'), off: look.shown[0][0]!.x - look.truth[0]!.x }
  }
  assert.equal((await delay([])).isPredicting, true)
  assert.equal((await delay(['prediction'])).isPredicting, false)
})

test('on datagrams a packet overtakes another, and on a stream what follows a lost one is held up until it has come', async () => {
  const weather = ['40ms loss=5% reorder=30%/60ms']
  const datagrams = experiment({ link: 'udp', players: 2, weather })
  await datagrams.advance(5000)
  const overtakers = datagrams.traffic.packets.filter(({ overtakes }) => overtakes > 0)
  assert.ok(overtakers.length > 10, `${overtakers.length} overtake`)
  for (const { player, way, sentAt, arrivals, overtakes } of overtakers) {
    const passed = datagrams.traffic.packets.filter(
      (other) =>
        other.player === player &&
        other.way === way &&
        other.sentAt <= sentAt &&
        other.arrivals[0] > arrivals[0],
    )
    assert.ok(passed.length >= overtakes && passed.every(({ overtaken }) => overtaken > 0))
  }
  // With some seeds one packet is lost again and again, and the connection with all that waits behind it.
  const stream = experiment({ link: 'websocket', players: 2, weather: ['40ms loss=20%'], seed: 1 })
  await stream.advance(8000)
  for (const way of ['up', 'down'] as const) {
    const lane = stream.traffic.packets.filter((packet) => packet.player === 0 && packet.way === way)
    const held = lane.filter(({ handedAt, arrivals }) => handedAt !== undefined && handedAt > arrivals[0])
    assert.ok(held.length > 0, `none of ${lane.length} held up ${way}`)
    const [{ arrivals, handedAt }] = held
    assert.equal(fateOf(held[0], arrivals[0]), 'held up')
    assert.equal(fateOf(held[0], handedAt!), 'arrived')
    const handed = lane.flatMap((packet) => (packet.handedAt === undefined ? [] : [packet.handedAt]))
    const inOrder = lane.filter(({ repeats, arrivals: [at] }) => repeats === 0 && at !== undefined)
    const there = lane.filter((packet) => packet.arrivals.length > 0)
    assert.ok(handed.length > there.length * 0.8, `${handed.length} of ${there.length} handed over`)
    let last = 0
    for (const packet of inOrder) {
      if (packet.handedAt === undefined) continue
      assert.ok(packet.handedAt >= last, `${way} ${packet.number}`)
      last = packet.handedAt
    }
  }
  assert.equal(
    datagrams.traffic.packets.some((packet) => fateOf(packet, packet.arrivals[0] ?? 0) === 'held up'),
    false,
  )
})

test('the weather of each direction is its own from the beginning', async () => {
  const run = experiment({ players: 2, weather: ['10ms|200ms', 'clear'] })
  await run.advance(3000)
  const takes = (player: number, way: 'up' | 'down'): number[] => [
    ...new Set(
      run.traffic.packets
        .filter((packet) => packet.player === player && packet.way === way && packet.sentAt < 2000)
        .map(({ sentAt, arrivals }) => Math.round(arrivals[0] - sentAt)),
    ),
  ]
  assert.deepEqual([takes(0, 'up'), takes(0, 'down'), takes(1, 'up')], [[10], [200], [0]])
})
