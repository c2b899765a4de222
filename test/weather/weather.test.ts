/** Weather over real sockets: around a server, around a client, over each kind of link. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Client, connect } from 'shardless/client'
import { bothWays, clear, createAir, type WeatherAir } from 'shardless/lab'
import { type Server, serve } from 'shardless/server'
import { field, fieldServer } from '../field/field.ts'

const listen = ['ws://127.0.0.1:24_301', 'tcp://127.0.0.1:24_302', 'udp://127.0.0.1:24_303'].map((url) =>
  url.replace('_', ''),
)

async function open(t: TestContext, air?: WeatherAir): Promise<Server<typeof field>> {
  const server = await serve(fieldServer, { listen, air })
  t.after(() => server.close())
  return server
}

/** No ping is ever below `least` ms, and one comes to be below `most` as soon as the machine has a quiet moment. */
async function assertPing(client: Client<typeof field>, least: number, most: number): Promise<void> {
  for (const end = performance.now() + 30_000; ; ) {
    const { pingMs } = client.stats
    assert.ok(pingMs === 0 || pingMs >= least, `${pingMs} ms`)
    if (pingMs > 0 && pingMs < most) break
    assert.ok(performance.now() < end, `${pingMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heardBy } = await client.ask('say', { text: 'hello' })
  assert.ok(heardBy > 0)
}

async function join(t: TestContext, url: string, air?: WeatherAir): Promise<Client<typeof field>> {
  const client = await connect(field, url, { name: 'Ada', air })
  t.after(() => client.close())
  return client
}

for (const [at, url] of listen.entries()) {
  const scheme = url.slice(0, 3)
  test(`a server in weather is as far away as it says, over ${scheme}`, async (t) => {
    const server = await open(t, createAir('60ms', 1))
    await assertPing(await join(t, server.urls[at]), 115, 400)
  })

  test(`a client may have weather of its own, losses and all, over ${scheme}`, async (t) => {
    const server = await open(t)
    const air = createAir('40ms±5 loss=2% repeat=5%', 2)
    await assertPing(await join(t, server.urls[at], air), 65, 700)
  })
}

test('weather changes while people play', async (t) => {
  const server = await open(t)
  const air = createAir('50ms', 3)
  const client = await join(t, server.urls[0], air)
  const asking = async (): Promise<number> => {
    const begin = performance.now()
    await client.ask('buy', { price: 1 })
    return performance.now() - begin
  }
  assert.ok((await asking()) >= 95)
  air.set(bothWays(clear))
  // As long as the old weather were there, none could be as quick as that.
  let took = await asking()
  for (let tries = 0; took >= 60 && tries < 200; tries++) took = await asking()
  assert.ok(took < 60, `${took} ms`)
})
