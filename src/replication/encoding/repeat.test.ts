import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stage, Watcher } from '../stage.suite.ts'
import { PacketWriter } from './packet.ts'

/** How many ticks pass until the fate of a packet is known. */
const FATE_TICKS = 8

/** Lets someone watch a walker whose health changes in each tick, over a link that loses the packets named. */
function watch(options: {
  readonly loses: (i: number) => boolean
  readonly ticks: number
  readonly view?: { readonly rim: number }
}) {
  const stage = new Stage()
  const walker = stage.walker(100, 100)
  const watcher = new Watcher(stage.desk, { isLossy: true, ...options.view }).at(100, 100, 20)
  const fates: { number: number; isLost: boolean; at: number }[] = []
  const packet = new PacketWriter(65_536)
  /** By tick: whether its packet was lost, and the health that the viewer knew then. */
  const seen: { readonly isLost: boolean; readonly known: unknown; readonly bytes: number }[] = []
  for (let tick = 0; tick < options.ticks; tick++) {
    walker.health = tick % 100
    // From one cell to another and back, again and again.
    walker.position.x = tick % 20 < 10 ? 92 : 100
    stage.publish()
    packet.length = 0
    const number = watcher.view.write(packet)
    const isLost =
      options.loses(tick) || watcher.replica.receive(stage.world.tick, packet.finish()) !== 'applied'
    fates.push({ number, isLost, at: tick + FATE_TICKS })
    for (; fates[0]?.at <= tick; fates.shift())
      if (fates[0].isLost) watcher.view.lost(fates[0].number)
      else watcher.view.acknowledged(fates[0].number)
    stage.world.endTick()
    const known = watcher.replica.present.get(walker.id)?.entity.health
    seen.push({ isLost: options.loses(tick), known: known === tick % 100, bytes: packet.length })
  }
  return seen
}

for (const view of [undefined, { rim: 8 }])
  test(`[T41] where many packets get lost, each change is in two of them, who comes and goes too: ${view ? 'in a circle' : 'in whole cells'}`, () => {
    const seen = watch({ loses: (i) => i > 5 && i % 3 === 2, ticks: 400, view }).slice(100)
    for (const { isLost, known } of seen) if (!isLost) assert.ok(known)
  })

test('[T41] where few get lost, each change is told once', () => {
  const few = watch({ loses: (i) => i % 50 === 49, ticks: 400 }).slice(100)
  const none = watch({ loses: () => false, ticks: 400 }).slice(100)
  const sum = (seen: typeof few) => seen.reduce((bytes, one) => bytes + one.bytes, 0)
  assert.ok(sum(few) < 1.1 * sum(none), `${sum(few)} of ${sum(none)} bytes`)
})
