/** One world as several real processes: players meet across gateways, and nobody is sent away when one of them dies. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { accountsAt, type Client, connect } from 'shardless/client'
import { openStore } from 'shardless/store/node'
import type { hut } from '../account/hut.node.ts'
import { hut as game } from '../account/hut.node.ts'
import { beginCluster, type ClusterProcess } from './cluster-process.node.ts'

type Walker = Client<typeof hut>

async function until(isSo: () => boolean, what = `${isSo}`): Promise<void> {
  for (const end = performance.now() + 60_000; !isSo(); ) {
    assert.ok(performance.now() < end, `still not so after 60 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function enter(t: TestContext, url: string, name: string): Promise<Walker> {
  const { token } = await accountsAt(url.replace('ws', 'http')).register(name, 'correct horse battery')
  const client = await connect(game, url, { name, token })
  t.after(() => client.close())
  return client
}

const seen = (client: Walker): string[] => [...client.entities('walker')].map(({ name }) => name).sort()

/** Notes whenever a client is anything but connected. */
function watch(client: Walker): string[] {
  const troubles: string[] = []
  const timer = setInterval(() => {
    if (client.status !== 'open') troubles.push(client.status)
  }, 5)
  timer.unref()
  return troubles
}

/** Asks again where the world was moved meanwhile: whoever asks is told so. */
async function asked<Reply>(ask: () => Promise<Reply>): Promise<Reply> {
  for (;;)
    try {
      return await ask()
    } catch (error) {
      assert.match(String(error), /ask again/)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
}

/** Two on different gateways meet, one of them takes lanterns, and the process that has the world is killed. */
async function playThroughADeath(t: TestContext, cluster: ClusterProcess): Promise<void> {
  const [ada, ben] = await Promise.all(['Ada', 'Ben'].map((name, at) => enter(t, cluster.urls[at], name)))
  await until(() => seen(ada).join() === 'Ada,Ben' && seen(ben).join() === 'Ada,Ben', 'they see each other')
  for (const id of ['one', 'two', 'three']) await ada.ask('take', { id })
  assert.deepEqual((await ada.ask('sell', { id: 'deal', to: 'Ben' })).lanterns, 2)
  const troubles = [watch(ada), watch(ben)]
  const before = cluster.owner()
  process.kill(before.pid, 'SIGKILL')
  const killedAt = performance.now()
  await until(() => cluster.owner().epoch > before.epoch, 'another process has the world').catch((error) => {
    throw new Error(`${error.message}\n${cluster.lines.join('\n')}`)
  })
  assert.equal((await asked(() => ada.ask('count', {}))).lanterns, 2)
  assert.equal((await asked(() => ben.ask('count', {}))).lanterns, 1)
  t.diagnostic(
    `a player's question was answered ${Math.round(performance.now() - killedAt)} ms after the kill`,
  )
  await until(
    () => seen(ada).join() === 'Ada,Ben' && seen(ben).join() === 'Ada,Ben',
    'they see each other again',
  )
  ada.command({ east: 1, north: 0 })
  const { x } = await asked(() => ada.ask('where', {}))
  await until(() => {
    ada.frame()
    return (ada.me?.position.x ?? 0) > x + 1
  }, 'she walks on')
  assert.deepEqual(troubles, [[], []], 'nobody was disconnected')
}

test('players on two gateways see each other; when the process with the world is killed they go on, with what they have', async (t) => {
  const cluster = await beginCluster(t, { port: 24_340 })
  await playThroughADeath(t, cluster)
  cluster.process.kill('SIGTERM')
  const [code] = await once(cluster.process, 'exit')
  assert.equal(code, 0, cluster.lines.join('\n'))
  const store = await openStore(cluster.file)
  t.after(() => store.close())
  const census = await store.items.census()
  assert.deepEqual(census, [{ kind: 'lantern', items: 3, quantity: 3 }])
})
