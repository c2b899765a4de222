/** Weather over real sockets: around a server, around a client, over each kind of link. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connect } from 'shardless/client'
import { bothWays, clear, createAir, type WeatherAir } from 'shardless/lab'
import { type Server, serve } from 'shardless/server'
import { field, fieldServer } from './town.ts'

const listen = ['ws://127.0.0.1:24_301', 'tcp://127.0.0.1:24_302', 'udp://127.0.0.1:24_303'].map((url) =>
  url.replace('_', ''),
)

async function open(t: TestContext, air?: WeatherAir): Promise<Server<typeof field>> {
  const server = await serve(fieldServer, { listen, air })
  t.after(() => server.close())
  return server
}

async function ping(t: TestContext, url: string, air?: WeatherAir): Promise<number> {
  const client = await connect(field, url, { name: 'Ada', air })
  t.after(() => client.close())
  for (const end = performance.now() + 5000; client.stats.pingMs === 0; ) {
    assert.ok(performance.now() < end, 'there was no ping')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.deepEqual(await client.ask('say', { text: 'hello' }).then(({ heardBy }) => heardBy > 0), true)
  return client.stats.pingMs
}

for (const [at, url] of listen.entries()) {
  const scheme = url.slice(0, 3)
  test(`a server in weather is as far away as it says, over ${scheme}`, async (t) => {
    const server = await open(t, createAir('60ms', 1))
    const took = await ping(t, server.urls[at])
    assert.ok(took >= 115 && took < 400, `${took} ms`)
  })

  test(`a client may have weather of its own, losses and all, over ${scheme}`, async (t) => {
    const server = await open(t)
    const took = await ping(t, server.urls[at], createAir('40ms±5 loss=2% repeat=5%', 2))
    assert.ok(took >= 65 && took < 700, `${took} ms`)
  })
}

test('weather changes while people play', async (t) => {
  const server = await open(t)
  const air = createAir('50ms', 3)
  const client = await connect(field, server.urls[0], { name: 'Ada', air })
  t.after(() => client.close())
  const asking = async (): Promise<number> => {
    const begin = performance.now()
    await client.ask('buy', { price: 1 })
    return performance.now() - begin
  }
  assert.ok((await asking()) >= 95)
  air.set(bothWays(clear))
  await asking()
  const took = await asking()
  assert.ok(took < 60, `${took} ms`)
})
