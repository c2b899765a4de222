import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type field, fieldMap, fieldServer } from '../../../test/field/field.ts'
import { instant } from '../../core/index.ts'
import { Pair, type PairOptions } from '../../lab/index.ts'
import type { Client } from '../client.ts'

/** Shows Ada how Bob walks, for `seconds`, at 60 frames a second except where `hangs` says otherwise. */
async function look(
  options: Partial<PairOptions> & { hangs?: (i: number) => number; toClient?: (now: number) => number },
): Promise<Client<typeof field>> {
  const { hangs = () => 0, toClient = () => 20, ...rest } = options
  const pair = new Pair(fieldServer, { seed: 1, ...rest })
  const ada = await pair.join(
    { name: 'Ada', map: fieldMap },
    { toClient: (_bytes, now) => [instant(now + toClient(now))] },
  )
  const bob = await pair.join({ name: 'Bob' })
  for (let i = 0; i < 60 * 12; i++) {
    if (i % 60 === 0) bob.command({ east: i % 120 === 0 ? -1 : 1, north: 0 })
    await pair.run(1000 / 60 + hangs(i))
    ada.frame()
  }
  return ada
}

const between = (now: number, from: number, ms: number) => (now >= from && now < from + ms ? from + ms : now)

test('[P10] where all is well there is no stutter', async () => {
  assert.deepEqual((await look({})).stats.stutters, { server: 0, network: 0, frame: 0 })
})

test('[P10] a server whose ticks stop for a while is named, with how late they were', async () => {
  const ada = await look({ stalledUntil: (now) => instant(between(now, 6000, 700)) })
  assert.deepEqual(ada.stats.stutters, { server: 1, network: 0, frame: 0 })
  const [{ ms, evidence }] = ada.stutters.stutters
  assert.ok(ms > 200 && ms < 900, `${ms} ms`)
  assert.match(evidence, /^The server's ticks were late by up to [67]\d\d ms/)
})

test('[P10] a network on which nothing comes for a while is named, with for how long', async () => {
  const ada = await look({ toClient: (now) => between(now, 6000, 900) - now + 20 })
  assert.deepEqual(ada.stats.stutters, { server: 0, network: 1, frame: 0 })
  assert.match(
    ada.stutters.stutters[0].evidence,
    /^Nothing came for (9\d\d|1[01]\d\d) ms, while the server's ticks were late by \d ms/,
  )
})

test("[P10] pictures that come too seldom are the client's own", async () => {
  const ada = await look({ hangs: (i) => (i === 300 || i === 400 ? 180 : 0) })
  assert.deepEqual(ada.stats.stutters, { server: 0, network: 0, frame: 2 })
  assert.match(
    ada.stutters.stutters[0].evidence,
    /^No picture was drawn for 197 ms; usually there is one every 17 ms/,
  )
})

test('[P10] thirty pictures a second are no stutter where there are never more', async () => {
  assert.equal((await look({ hangs: () => 1000 / 60 })).stats.stutters.frame, 0)
})
