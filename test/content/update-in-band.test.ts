/** A Node client with old content meets a server with newer: over real links, from being refused to playing. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { connect, queryServer, Refused, updateContent } from 'shardless/client'
import { installed } from 'shardless/content/node'
import { emptyMap } from 'shardless/geometry'
import { defineServer, type ServeOptions, serve } from 'shardless/server'
import { runShardless } from '../command-line/shardless.ts'
import { field, fieldServer } from '../field/field.ts'
import { cuttingRelay } from './cutting-relay.ts'

const PORT = 24_480
const ws = `ws://127.0.0.1:${PORT}`
const tcp = `tcp://127.0.0.1:${PORT + 1}`
const udp = `udp://127.0.0.1:${PORT}`
const SIZE = 1_200_000

async function world(t: TestContext, limits: ServeOptions['limits'] = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'in-band-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const source = join(folder, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'map.json'), 'one')
  writeFileSync(join(source, 'large.bin'), Buffer.alloc(SIZE, 'shardless'))
  const content = pathToFileURL(`${source}/`)
  const definition = defineServer(field, {
    ...fieldServer.options,
    welcome: 'Come in.',
    levelCap: 60,
    content,
    outdated: 'refuse',
  })
  const server = await serve(definition, {
    listen: [ws, tcp, udp],
    limits: { contentBytesPerSecond: 20_000_000, ...limits },
  })
  t.after(() => server.close())
  return { source, server, client: join(folder, 'client') }
}

async function until(what: () => boolean, ms = 8000): Promise<void> {
  const end = performance.now() + ms
  while (!what()) {
    assert.ok(performance.now() < end, `not within ${ms} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

for (const url of [ws, tcp, udp])
  test(`[N41] [N43] over ${url.split(':')[0]} who is outdated is refused by name, updates in-band, comes back and plays`, async (t) => {
    const { client: folder } = await world(t)
    const refused = await connect(field, url, { name: 'Old', content: 'a'.repeat(64) }).catch(
      (error) => error,
    )
    assert.ok(refused instanceof Refused)
    assert.equal(refused.code, 'content')
    const { version, isNew, folder: place } = await updateContent(url, { folder })
    assert.deepEqual([version, isNew], [refused.content, true])
    assert.equal(readFileSync(join(place, 'map.json'), 'utf8'), 'one')
    assert.equal(readFileSync(join(place, 'large.bin')).length, SIZE)
    const client = await connect(field, url, { name: 'New', content: version })
    t.after(() => client.close())
    client.command({ east: -1, north: 0 })
    await until(() => {
      client.frame()
      return (client.me?.position.x ?? 100) < 99
    })
    assert.equal(client.flags.client, false)
  })

test('[N42] [N44] a player hears of newer content, updates while playing, and says so', async (t) => {
  const { client: folder, source } = await world(t)
  const { version } = await updateContent(udp, { folder })
  const client = await connect(field, udp, { name: 'Ada', content: version })
  t.after(() => client.close())
  let told = 0
  client.onFlag('client', () => told++)
  writeFileSync(join(source, 'map.json'), 'two')
  await until(() => client.flags.client)
  const before = client.stats.ticksReceived
  const updated = await updateContent(client, { folder })
  assert.equal(readFileSync(join(updated.folder, 'map.json'), 'utf8'), 'two')
  await until(() => !client.flags.client)
  assert.equal(told, 1)
  assert.equal(client.status, 'open')
  await until(() => client.stats.ticksReceived > before)
})

test('[N43] an update over a way that breaks in the middle dials again and goes on; one that is given up goes on later', async (t) => {
  const { client: folder, server } = await world(t)
  let isCut = true
  // Each of the first two connections breaks in the middle, then each at once until the way is whole again.
  const relay = await cuttingRelay(t, PORT + 1, ({ dials }) => (dials < 2 ? 300_000 : isCut ? 0 : Infinity))
  const through = `tcp://127.0.0.1:${relay.port}`
  await assert.rejects(updateContent(through, { folder }), {
    message: 'The server does not answer any more.',
  })
  assert.equal(await installed(folder), undefined, 'nothing has changed')
  assert.ok(relay.dials > 3, `${relay.dials} dials`)
  isCut = false
  const { isNew, folder: place } = await updateContent(through, { folder })
  assert.equal(isNew, true)
  assert.equal(readFileSync(join(place, 'large.bin')).length, SIZE)
  assert.ok(relay.bytes < 1.6 * SIZE, `${relay.bytes} bytes came`)
  assert.equal(server.host.stats.players, 0)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name === 'update.lock'),
    [],
  )
})

test('[N40] [U31] a server tells what it is over each kind of link, and on the command line', async (t) => {
  const { server } = await world(t)
  const { content: version } = server.host.information
  const http = ws.replace('ws', 'http')
  for (const url of [ws, tcp, udp, http]) {
    const told = await queryServer(url)
    assert.equal(told.content, version)
    assert.deepEqual(told.listeners, [ws, tcp, udp])
    assert.deepEqual([told.game, told.players, told.playersMax], ['field', 0, 5000])
  }
  const { code, said } = await runShardless('info', ws)
  assert.equal(code, 0)
  assert.match(said, /^name {8}field$/m)
  assert.match(said, new RegExp(`^content {5}${version}$`, 'm'))
  assert.match(said, /^welcome {5}Come in\.$/m)
  assert.match(said, /^players {5}0 of 5000$/m)
  assert.match(said, /^level cap {3}60$/m)
  assert.match(said, new RegExp(`^listens at {2}${udp}$`, 'm'))
  for (const url of [tcp, http]) {
    const { said: json } = await runShardless('info', url, '--json')
    assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(await queryServer(url))))
  }
  const none = await runShardless('info', 'ws://127.0.0.1:1')
  assert.equal(none.code, 1)
  assert.match(none.said, /^Nobody listens at ws:\/\/127\.0\.0\.1:1;/)
})

test('[N42] over a real link, a client hears that the map is another one', async (t) => {
  const { server } = await world(t)
  const client = await connect(field, tcp, { name: 'Ada' })
  t.after(() => client.close())
  let told = 0
  client.onFlag('map', () => told++)
  server.reloadMap(emptyMap(256, 256))
  await until(() => client.flags.map)
  assert.equal(told, 1)
})

test('[U3] [U11] a server that lies, about a path or about bytes, changes nothing', async (t) => {
  const { client: folder } = await world(t)
  const { version } = await updateContent(ws, { folder })
  const digest = (bytes: string) => createHash('sha256').update(bytes).digest('hex')
  const manifestOf = (path: string) =>
    JSON.stringify({ format: 1, files: [{ path, size: 4, sha256: digest('good') }] })
  for (const [path, sentence] of [
    ['../evil', /"\.\.\/evil" has a name that begins with a dot/],
    ['/evil', /evil/],
    ['fine.txt', /^What the server sends is not what its hash says; nothing was changed\.$/],
  ] as const) {
    const manifest = manifestOf(path)
    const liar = createHttpServer((request, response) => {
      if (request.url === '/content/version') response.end(JSON.stringify({ version: digest(manifest) }))
      else response.end(request.url === `/content/${digest(manifest)}` ? manifest : 'evil')
    })
    await new Promise<void>((resolve) => liar.listen(PORT + 2, '127.0.0.1', resolve))
    const end = () => {
      liar.closeAllConnections()
      return new Promise((resolve) => liar.close(resolve))
    }
    t.after(end)
    await assert.rejects(updateContent(`http://127.0.0.1:${PORT + 2}`, { folder }), { message: sentence })
    await end()
    assert.equal((await installed(folder))?.version, version, path)
    assert.deepEqual(
      readdirSync(join(folder, '..')).filter((name) => name.includes('evil')),
      [],
    )
  }
})

test('a server without content says so in-band too', async (t) => {
  const server = await serve(fieldServer, { listen: [tcp] })
  t.after(() => server.close())
  const folder = mkdtempSync(join(tmpdir(), 'in-band-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await assert.rejects(updateContent(tcp, { folder }), {
    message: `The server at ${tcp} has no content for clients.`,
  })
})

test('whoever stops reading what is printed is no trouble', async () => {
  for (const [command, line] of [
    ['--help', 'Usage: shardless [options] [command]'],
    ['serve --help', 'Usage: shardless serve [options]'],
    ['sim --list', /^\w+ +\S/],
  ] as const) {
    const { code, said } = await runShardless(`${command} | head -n 1`)
    assert.equal(code, 0, said)
    const [first, ...more] = said.split('\n')
    assert.deepEqual(more, [''])
    if (typeof line === 'string') assert.equal(first, line)
    else assert.match(first, line)
  }
})
