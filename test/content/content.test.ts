/** Client content, from a server's folder to a client's, over real HTTP. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  type ContentAnswer,
  type ContentAsk,
  ContentFolder,
  ContentServing,
  fetchContent,
  installed,
  readAnswer,
  readAsk,
  update,
  writeAnswer,
  writeAsk,
} from 'shardless/content/node'
import { instant } from 'shardless/core'
import { contentFiles, defineServer, serve } from 'shardless/server'
import { field, fieldServer } from '../field/field.ts'
import { cuttingRelay } from './cutting-relay.ts'

const PORT = 24_260

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'content-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function fill(folder: string): void {
  mkdirSync(join(folder, 'map', 'town'), { recursive: true })
  writeFileSync(join(folder, 'map', 'town', '3-4.json'), '{"solids":[]}')
  writeFileSync(join(folder, 'ein Bild ü.png'), 'png')
  writeFileSync(join(folder, 'empty.txt'), '')
  writeFileSync(join(folder, 'large.bin'), Buffer.alloc(2_500_000, 'shardless'))
}

async function world(t: TestContext, port = PORT) {
  const folder = scratch(t)
  const source = join(folder, 'source')
  fill(source)
  const definition = defineServer(field, {
    ...fieldServer.options,
    content: pathToFileURL(`${source}/`),
    welcome: 'Come in.',
    levelCap: 60,
  })
  const server = await serve(definition, { listen: [`ws://127.0.0.1:${port}`] })
  t.after(() => server.close())
  return { source, client: join(folder, 'client'), url: `http://127.0.0.1:${port}` }
}

test('[U21] an update brings a folder to what the server has, and again when that changes', async (t) => {
  const { source, client, url } = await world(t)
  const one = await update({ url, folder: client })
  assert.equal(one.isNew, true)
  assert.equal(readFileSync(join(one.folder, 'map/town/3-4.json'), 'utf8'), '{"solids":[]}')
  assert.equal(readFileSync(join(one.folder, 'large.bin')).length, 2_500_000)
  assert.equal((await update({ url, folder: client })).isNew, false)
  writeFileSync(join(source, 'map', 'town', '3-4.json'), '{"solids":[1]}')
  // The server looks into its folder now and then.
  let two = await update({ url, folder: client })
  for (const end = performance.now() + 30_000; !two.isNew && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    two = await update({ url, folder: client })
  }
  assert.equal(two.isNew, true)
  assert.equal(readFileSync(join(two.folder, 'map/town/3-4.json'), 'utf8'), '{"solids":[1]}')
  assert.deepEqual((await installed(client))?.version, two.version)
})

test('[U12] in-band the same folder comes in messages, many on their way at a time', async (t) => {
  const folder = scratch(t)
  fill(join(folder, 'source'))
  const content = await ContentFolder.open(join(folder, 'source'))
  const serving = new ContentServing({ index: content, bytesPerSecond: 1e9 }, instant(0))
  const waiting: ((answer: ContentAnswer | undefined) => void)[] = []
  let most = 0
  // One client and one server with nothing but bytes between them.
  const ask = (wanted: ContentAsk): Promise<ContentAnswer | undefined> => {
    serving.receive(readAsk(writeAsk(wanted)) as ContentAsk)
    const answer = new Promise<ContentAnswer | undefined>((resolve) => waiting.push(resolve))
    most = Math.max(most, waiting.length)
    setImmediate(async () => {
      const out = serving.poll(instant(performance.now()))
      const told =
        out === undefined ? undefined : out.do === 'send' ? out.answer : await content.read(out.ask)
      waiting.shift()?.(told && readAnswer(writeAnswer(told)))
    })
    return answer
  }
  const { version } = content.manifest
  const client = join(folder, 'client')
  const done = await fetchContent({
    version,
    folder: client,
    ask,
    pieceBytes: 16_384,
    asksMax: 8,
    patienceMs: 10_000,
  })
  assert.equal(done.isNew, true)
  assert.equal(readFileSync(join(done.folder, 'large.bin')).length, 2_500_000)
  assert.ok(most > 1, `${most} on their way`)
  writeFileSync(join(folder, 'source', 'large.bin'), 'other')
  const [large] = content.manifest.files.filter(({ path }) => path === 'large.bin')
  assert.deepEqual(await content.read({ sha256: large.sha256, offset: 0, length: 5 }), {
    is: 'gone',
    sha256: large.sha256,
  })
})

test('[U21] what a server without content, another server, or none says is one sentence, and nothing changes', async (t) => {
  const folder = join(scratch(t), 'client')
  const server = await serve(fieldServer, { listen: [`ws://127.0.0.1:${PORT}`] })
  t.after(() => server.close())
  const url = `http://127.0.0.1:${PORT}`
  await assert.rejects(update({ url, folder }), {
    message: `The server at ${url} has no content for clients.`,
  })
  await assert.rejects(update({ url: `${url}/x/`, folder }), /has no content for clients/)
  await assert.rejects(update({ url: 'http://127.0.0.1:1', folder }), /does not answer \(/)
  await assert.rejects(update({ url: 'nonsense', folder }), /"nonsense" is no URL/)
  const other = createServer((_, response) => response.end('<p>hello</p>')).listen(PORT + 1, '127.0.0.1')
  t.after(() => other.close())
  await assert.rejects(update({ url: `http://127.0.0.1:${PORT + 1}`, folder }), /tells no content version/)
  assert.equal(await installed(folder), undefined)
})

test('[U21] a download that is torn again and again goes on where it stopped', async (t) => {
  const { client } = await world(t)
  const relay = await cuttingRelay(t, PORT, ({ cuts }) => (cuts < 2 ? 300_000 * cuts + 1000 : Infinity))
  const through = `http://127.0.0.1:${relay.port}`
  const { folder, isNew } = await update({ url: through, folder: client })
  assert.equal(isNew, true)
  assert.equal(relay.cuts, 2)
  assert.ok(relay.bytes < 2_500_000 + 5 * 1_100_000)
  assert.equal(readFileSync(join(folder, 'large.bin')).length, 2_500_000)
})

test('[U21] shardless update does it from the command line, and says what it did', async (t) => {
  const { client } = await world(t)
  const run = (url: string): Promise<{ code: number | null; said: string }> => {
    const args = ['-C', 'shardless-source', 'src/cli/main.node.ts', 'update', url, client]
    const child = spawn(process.execPath, args, { cwd: fileURLToPath(new URL('../..', import.meta.url)) })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        said += part
      })
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })))
  }
  const url = `ws://127.0.0.1:${PORT}`
  const first = await run(url)
  assert.match(first.said, /^Updated to [0-9a-f]{12}, in .*client\/[0-9a-f]{64}\n$/)
  assert.equal(first.code, 0)
  assert.match((await run(url)).said, /^Current already: [0-9a-f]{12}, in /)
  const none = await run('http://127.0.0.1:1')
  assert.equal(none.code, 1)
  assert.match(none.said, /^http:\/\/127\.0\.0\.1:1\/content\/version does not answer \(.*\)\.\n$/)
})

describe('[U20] over HTTP', () => {
  test('what is named by its hash is kept for ever and given in ranges; version and manifest are asked for each time', async (t) => {
    const { url, source } = await world(t)
    const { version } = (await (await fetch(`${url}/content/version`)).json()) as { version: string }
    const manifest = await fetch(`${url}/content/manifest`)
    assert.equal(manifest.headers.get('cache-control'), 'no-cache')
    const text = await manifest.text()
    const { files } = JSON.parse(text) as { files: { path: string; sha256: string; size: number }[] }
    const kept = await fetch(`${url}/content/${version}`, { headers: { Range: 'bytes=5-9' } })
    assert.equal(kept.status, 206)
    assert.equal(await kept.text(), text.slice(5, 10))
    assert.equal(kept.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    const again = await fetch(`${url}/content/version`, { headers: { 'If-None-Match': `"${version}"` } })
    assert.equal(again.status, 304)
    for (const { path, sha256, size } of files) {
      const whole = await fetch(`${url}/content/${sha256}`)
      assert.equal(whole.status, 200, path)
      assert.equal(whole.headers.get('etag'), `"${sha256}"`)
      assert.match(whole.headers.get('cache-control') ?? '', /max-age=31536000, immutable/)
      assert.equal((await whole.arrayBuffer()).byteLength, size)
    }
    const large = files.find(({ path }) => path === 'large.bin')!
    const part = await fetch(`${url}/content/${large.sha256}`, { headers: { Range: 'bytes=9-17' } })
    assert.equal(part.headers.get('content-range'), 'bytes 9-17/2500000')
    assert.equal(await part.text(), 'shardless')
    const beyond = await fetch(`${url}/content/${large.sha256}`, { headers: { Range: 'bytes=2500000-' } })
    assert.equal(beyond.status, 416)
    await beyond.body?.cancel()
    writeFileSync(join(source, 'large.bin'), 'other')
    const changed = await fetch(`${url}/content/${large.sha256}`)
    assert.equal(changed.status, 404, 'a file that changed is not what its hash names')
    assert.equal(changed.headers.get('etag'), null)
    assert.equal(((await changed.json()) as { error: string }).error, 'There is nothing at this path.')
    for (const path of ['', 'map', '../secret', 'large.bin', 'F'.repeat(64)]) {
      const none = await fetch(`${url}/content/${path}`)
      assert.equal(none.status, 404, path)
      await none.body?.cancel()
    }
  })

  test('a folder that cannot be content does not start', async (t) => {
    await assert.rejects(contentFiles(pathToFileURL(join(scratch(t), 'none/'))), /cannot be read: ENOENT/)
  })
})

test('[U31] anyone may ask a server what it is', async (t) => {
  const { url } = await world(t)
  const { version } = (await (await fetch(`${url}/content/version`)).json()) as { version: string }
  assert.deepEqual(await (await fetch(`${url}/information`)).json(), {
    protocol: 8,
    name: fieldServer.options.name ?? field.name,
    welcome: 'Come in.',
    game: field.name,
    version: field.version,
    fingerprint: field.fingerprint,
    content: version,
    players: 0,
    playersMax: 5000,
    levelCap: 60,
    listeners: [`ws://127.0.0.1:${PORT}`],
  })
})
