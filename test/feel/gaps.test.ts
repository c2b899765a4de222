/** Gaps of more than a second, by the network, by the page and by the server: what players see of them afterwards. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../src/client/index.ts'
import { after, type Instant, instant, milliseconds } from '../../src/core/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { type field, fieldMap, fieldServer } from '../field/field.ts'

const WAY_MS = 20
/** The way there and back, what they come early, and half a tick that nobody has found out about yet. */
const LEAD_MS_MOST = 2 * WAY_MS + 8 + 25

type Gap = 'network' | 'page' | 'server'

/** A town whose server, and one player's road and page, can be stopped for a while. */
class Stage {
  readonly pair: Pair<typeof field>
  /** Until when each of them does nothing; what comes meanwhile comes then. */
  readonly until: Record<Gap, number> = { network: 0, page: 0, server: 0 }
  readonly #isLossy: boolean

  constructor({ isSealed = false }: { isSealed?: boolean } = {}) {
    this.#isLossy = isSealed
    this.pair = new Pair(fieldServer, {
      seed: 12,
      sealed: isSealed ? { cipher: nodeSodium } : undefined,
      stalledUntil: (now) => instant(Math.max(now, this.until.server)),
    })
  }

  /** Somebody on that road. */
  join(name: string): Promise<Client<typeof field>> {
    const pass = (now: Instant, stop: 'page' | 'server') => {
      // A stream brings late what datagrams lose.
      if (this.#isLossy && now < this.until.network) return []
      return [instant(Math.max(after(now, milliseconds(WAY_MS)), this.until.network, this.until[stop]))]
    }
    return this.pair.join(
      { name, map: fieldMap },
      {
        toServer: (_bytes, now) => pass(now, 'server'),
        toClient: (_bytes, now) => pass(now, 'page'),
        frozenUntil: (now) => instant(Math.max(now, this.until.page)),
      },
    )
  }

  stop(what: Gap, ms: number): void {
    this.until[what] = this.pair.now + ms
  }

  /** Draws 60 pictures a second; nobody draws in a page that is stopped. */
  async show(client: Client<typeof field>, ms: number, look: () => void = () => {}): Promise<void> {
    const end = this.pair.now + ms
    while (this.pair.now < end) {
      await this.pair.run(1000 / 60)
      if (this.pair.now < this.until.page) continue
      client.frame()
      look()
    }
  }

  /** Metres between where the player sees the own character and where the server has it. */
  apart(client: Client<typeof field>): number {
    const me = client.me!
    const there = this.pair.host.world.get(me.id)!
    return Math.hypot(me.position.x - there.position!.x, me.position.y - there.position!.y)
  }
}

const gaps: readonly (readonly [Gap, number, boolean])[] = [false, true].flatMap((isSealed) =>
  (['network', 'page', 'server'] as const).flatMap((gap) =>
    [300, 1300, 1500, 2500].map((ms) => [gap, ms, isSealed] as const),
  ),
)

for (const [gap, ms, isSealed] of gaps)
  test(`[N16] a key held through a gap of ${ms} ms by the ${gap} holds again, ${isSealed ? 'sealed' : 'on a stream'}`, async () => {
    const stage = new Stage({ isSealed })
    const ada = await stage.join('Ada')
    ada.command({ east: 0, north: -1 })
    await stage.show(ada, 3000)
    stage.stop(gap, ms)
    await stage.show(ada, ms + 3500)
    const { corrections } = ada.stats
    const from = ada.me!.position.y
    // A tick's step, and as far as it goes while a word is on its way.
    const most = 5 * (LEAD_MS_MOST / 1000 + 0.1)
    await stage.show(ada, 4000, () => {
      assert.ok(stage.apart(ada) < most, `${stage.apart(ada)} m apart at ${stage.pair.now} ms`)
    })
    assert.ok(from - ada.me!.position.y > 15, 'the key holds no more')
    assert.equal(ada.stats.corrections, corrections)
  })

for (const isSealed of [false, true])
  for (const ms of [1000, 3000, 6000])
    test(`[P3] after a stop of the server of ${ms} ms the own character is in step within 1.5 s, ${isSealed ? 'sealed' : 'on a stream'}`, async () => {
      const stage = new Stage({ isSealed })
      const ada = await stage.join('Ada')
      ada.command({ east: 0, north: -1 })
      await stage.show(ada, 3000)
      stage.stop('server', ms)
      await stage.show(ada, ms, () => ada.command({ east: stage.pair.now % 700 < 350 ? 1 : 0, north: -1 }))
      ada.command({ east: 0, north: -1 })
      await stage.show(ada, 1500)
      const { corrections } = ada.stats
      await stage.show(ada, 3000, () => {
        assert.ok(ada.stats.leadMs < LEAD_MS_MOST + 50, `${ada.stats.leadMs} ms ahead`)
        const most = 5 * (LEAD_MS_MOST / 1000 + 0.1)
        assert.ok(stage.apart(ada) < most, `${stage.apart(ada)} m apart at ${stage.pair.now} ms`)
      })
      assert.equal(ada.stats.corrections, corrections)
    })

for (const kept of [true, false])
  test(`[P4] ${kept ? 'before the first command' : 'after commands'} the own character is where the server puts it`, async () => {
    const stage = new Stage()
    const ada = await stage.join('Ada')
    if (!kept) {
      ada.command({ east: 0, north: 0 })
      await stage.show(ada, 1000)
    }
    const walker = stage.pair.host.world.get(ada.me!.id) as unknown as {
      id: number
      health: number
      position: { x: number; y: number }
    }
    await stage.show(ada, 1000)
    stage.pair.host.world.teleport(walker, { x: 50, y: 60 })
    await stage.show(ada, 500)
    assert.ok(stage.apart(ada) < 1 / 16, `${stage.apart(ada)} m apart after a teleport`)
    walker.health = 7
    walker.position.x += 0.5
    await stage.show(ada, 1000)
    assert.ok(stage.apart(ada) < 1 / 16, `${stage.apart(ada)} m apart after a push`)
    assert.equal(ada.me!.health, 7)
    // It goes on from there, exactly, with the first key.
    const { corrections } = ada.stats
    ada.command({ east: -1, north: 0 })
    await stage.show(ada, 3000)
    ada.command({ east: 0, north: 0 })
    await stage.show(ada, 1000)
    assert.equal(stage.apart(ada), 0)
    assert.equal(ada.stats.corrections, corrections)
  })

/** Seconds by which somebody who walks straight on at 5 m/s is shown behind the present. */
function behind(stage: Stage, client: Client<typeof field>, id: number): number {
  const shown = (client.get(id) as { position?: { y: number } }).position!
  return (stage.pair.host.world.get(id)!.position!.y - shown.y) / 5
}

for (const isBusy of [true, false])
  for (const gap of ['network', 'page', 'server'] as const)
    for (const ms of [1000, 2000])
      test(`[T36] five seconds after a gap of ${ms} ms by the ${gap} others are shown as before, in a ${isBusy ? 'busy' : 'quiet'} place`, async () => {
        const stage = new Stage()
        const ada = await stage.join('Ada')
        const bob = await stage.pair.join({ name: 'Bob' })
        const others = isBusy
          ? await Promise.all(['Cy', 'Di', 'Ed'].map((name) => stage.pair.join({ name })))
          : []
        let pictures = 0
        const show = (length: number, look?: () => void) =>
          stage.show(ada, length, () => {
            pictures++
            for (const other of others) other.command({ east: pictures % 8 < 4 ? 1 : -1, north: 0 })
            look?.()
          })
        // Side by side, so that they stay in view of each other.
        for (const one of [ada, bob]) one.command({ east: 0, north: 1 })
        await show(4000)
        const before = { chosen: ada.stats.interpolationMs, seconds: behind(stage, ada, bob.me!.id) }
        const { leadMs } = ada.stats
        stage.stop(gap, ms)
        await show(ms + 3000)
        assert.ok(
          Math.abs(ada.stats.leadMs - leadMs) < 120,
          `${ada.stats.leadMs} ms ahead, and ${leadMs} before`,
        )
        await show(2000)
        assert.ok(ada.stats.interpolationMs < 1.5 * before.chosen, `${ada.stats.interpolationMs} ms chosen`)
        await show(2000, () => {
          const now = behind(stage, ada, bob.me!.id)
          assert.ok(now < 1.5 * before.seconds, `${now} s behind, and ${before.seconds} s before`)
        })
      })

test('[P3] a clock that is set back further than the world is old, while a player comes back, breaks nothing', async () => {
  const pair = new Pair(fieldServer, { seed: 1 })
  const path = (_bytes: number, now: Instant) => [after(now, milliseconds(98))]
  let offset = 5000
  const clock = (now: Instant) => instant(now + offset)
  const ada = await pair.join({ name: 'Ada', map: fieldMap }, { toServer: path, toClient: path, clock })
  ada.command({ east: 1, north: 0 })
  await pair.run(300)
  // By its clock nothing was heard for longer than it waits: it connects anew.
  offset += 6000
  await pair.run(250)
  offset -= 3000
  for (let i = 0; i < 300; i++) {
    await pair.run(1000 / 60)
    ada.frame()
  }
  const there = pair.host.world.get(ada.me!.id)!
  assert.ok(Math.abs(ada.me!.position.x - there.position!.x) < 5 * 0.35)
  assert.equal(ada.stats.isPredicting, true)
})
