/** One world over several real processes: players walk from one to another, and nobody is sent away when one dies. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { accountsAt, type Client, connect } from 'shardless/client'
import { openStore } from 'shardless/store/node'
import { quarters as game } from '../account/hut.node.ts'
import { beginCluster, type ClusterProcess } from './cluster-process.node.ts'

type Walker = Client<typeof game>

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<number> {
  const start = performance.now()
  while (!(await isSo())) {
    assert.ok(performance.now() < start + 60_000, `still not so after 60 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return Math.round(performance.now() - start)
}

async function enter(t: TestContext, urls: readonly string[], name: string): Promise<Walker> {
  const { token } = await accountsAt(urls[0].replace('ws', 'http')).register(name, 'correct horse battery')
  const client = await connect(game, urls, { name, token })
  t.after(() => client.close())
  return client
}

const seen = (client: Walker): string[] => [...client.entities('walker')].map(({ name }) => name).sort()
const seesBoth = (client: Walker): boolean => seen(client).join() === 'Ada,Ben'

/** Notes whenever a client is anything but connected. */
function watch(client: Walker): string[] {
  const troubles: string[] = []
  const timer = setInterval(() => {
    if (client.status !== 'open') troubles.push(client.status)
  }, 5)
  timer.unref()
  return troubles
}

/** Asks again where the player is on the way to another process: whoever asks is told so. */
async function asked<Reply>(ask: () => Promise<Reply>): Promise<Reply> {
  for (;;)
    try {
      return await ask()
    } catch (error) {
      assert.match(String(error), /ask again/)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
}

/** Walks to the other side of where the districts meet, and says how far it has come. */
async function walk(client: Walker, east: number, north: number, isThere: (x: number, y: number) => boolean) {
  client.command({ east, north })
  await until(() => {
    client.frame()
    const { x, y } = client.me?.position ?? { x: 0, y: 0 }
    return isThere(x, y)
  }, `${client.me?.name} walks`)
  client.command({ east: 0, north: 0 })
}

/** The region that has a player, by where it stands. */
async function regionOf(cluster: ClusterProcess, client: Walker): Promise<string> {
  const { x, y } = await asked(() => client.ask('where', {}))
  const district = (x >= 64 ? 1 : 0) + (y >= 64 ? 2 : 0)
  return (await cluster.districts()).find((one) => one.district === district)?.owner ?? ''
}

test('players walk over borders of processes; a region and a gateway are killed, and they go on with what they have', async (t) => {
  const cluster = await beginCluster(t, { port: 24_340 })
  // The first region that is there has them all, until the others are.
  const countOwners = async () => new Set((await cluster.districts()).map(({ owner }) => owner)).size
  for (
    const end = performance.now() + 180_000;
    (await countOwners()) < 2;
    await new Promise((resolve) => setTimeout(resolve, 200))
  )
    assert.ok(performance.now() < end, 'four districts are of one region after three minutes')
  const [first, second] = cluster.urls
  const [ada, ben] = await Promise.all([enter(t, [first, second], 'Ada'), enter(t, [second, first], 'Ben')])
  await until(() => seesBoth(ada) && seesBoth(ben), 'they see each other')
  for (const id of ['one', 'two', 'three']) await asked(() => ada.ask('take', { id }))
  const troubles = [watch(ada), watch(ben)]
  const { id } = ada.me!

  // Over borders and back.
  const regions = new Set<string>()
  for (const [east, north] of [
    [1, 1],
    [-1, 0],
    [0, -1],
    [1, 0],
    [0, 1],
  ] as const) {
    await walk(ada, east, north, (x, y) => {
      const isEast = east === 0 || (east > 0 ? x > 70 : x < 58)
      return isEast && (north === 0 || (north > 0 ? y > 70 : y < 58))
    })
    regions.add(await regionOf(cluster, ada))
    await until(() => {
      for (const client of [ada, ben]) client.frame()
      const { x, y } = ada.me?.position ?? { x: 0, y: 0 }
      const shown = [...ben.entities('walker')].find(({ name }) => name === 'Ada')?.position
      return shown !== undefined && Math.hypot(shown.x - x, shown.y - y) < 0.2
    }, 'Ben sees where she is')
  }
  assert.ok(regions.size >= 2, `she was in ${regions.size} regions`)
  assert.equal(ada.me?.id, id)
  assert.equal((await asked(() => ada.ask('count', {}))).lanterns, 3)
  t.diagnostic(`${regions.size} regions, ${ada.stats.corrections} corrections`)

  // The region that she is in dies.
  const before = await regionOf(cluster, ada)
  const { epoch } = (await cluster.districts()).find(({ owner }) => owner === before)!
  // What she has taken since her region last saved is the store's.
  for (const id of ['four', 'five']) await asked(() => ada.ask('take', { id }))
  process.kill(cluster.pidOf(before), 'SIGKILL')
  const killedAt = performance.now()
  const answer = await asked(() => ada.ask('count', {}))
  t.diagnostic(`her question was answered ${Math.round(performance.now() - killedAt)} ms after the kill`)
  assert.equal(answer.lanterns, 5)
  await until(
    async () => (await cluster.districts()).every((one) => one.owner !== before || one.epoch > epoch),
    'its districts are taken over',
  )
  const from = await asked(() => ada.ask('where', {}))
  await walk(ada, -1, 0, (x) => x < from.x - 1)
  await until(() => seesBoth(ada) && seesBoth(ben), 'they see each other after that')
  assert.equal(ada.me?.id, id, 'she is who she was')
  assert.deepEqual(troubles, [[], []], 'nobody was disconnected')

  // Her gateway dies.
  process.kill(cluster.gatewayAt(first), 'SIGKILL')
  await until(() => ada.status !== 'open', 'she has lost it')
  const back = await until(() => ada.status === 'open' && seesBoth(ada), 'she is back')
  t.diagnostic(`she was back over the other gateway after ${back} ms`)
  assert.equal(ada.me?.id, id, 'the same, over the other gateway')
  assert.equal((await asked(() => ada.ask('count', {}))).lanterns, 5)
  await until(() => seesBoth(ben), 'he sees her')
  assert.deepEqual(troubles[1], [], 'he has noticed nothing')

  cluster.process.kill('SIGTERM')
  const [code] = await once(cluster.process, 'exit')
  assert.equal(code, 0, cluster.lines.join('\n'))
  const store = await openStore(cluster.file)
  t.after(() => store.close())
  assert.deepEqual(await store.items.census(), [{ kind: 'lantern', items: 5, quantity: 5 }])
})
