/** A certificate from files: players, pages, tokens and updates over TLS, from real servers. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { pathToFileURL } from 'node:url'
import { type Client, connect, queryServer, updateContent } from 'shardless/client'
import { defineServer, type ServeOptions, serve } from 'shardless/server'
import { runShardless } from '../command-line/shardless.ts'
import { field, fieldServer } from '../field/field.ts'
import { selfSigned } from '../outside/certificate.ts'

const PORT = 24_500
const secure = `wss://localhost:${PORT}`
const pages = `https://localhost:${PORT}`

/** The one that this process believes in: of several by the same name it would try only one. */
const trusted = selfSigned()

function files(t: TestContext, pair = trusted) {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  writeFileSync(tls.cert, pair.cert)
  writeFileSync(tls.key, pair.key)
  return { folder, tls }
}

/** A server with a certificate that this process believes in. */
async function town(t: TestContext, options: ServeOptions = {}) {
  const { folder, tls } = files(t)
  const content = join(folder, 'content')
  mkdirSync(content)
  writeFileSync(join(content, 'index.html'), '<p>town</p>')
  const known = getCACertificates()
  setDefaultCACertificates([...known, trusted.cert])
  t.after(() => setDefaultCACertificates(known))
  const web = pathToFileURL(`${content}/`)
  const definition = defineServer(field, { ...fieldServer.options, web, content: web })
  const listen = [`wss://127.0.0.1:${PORT}`]
  const server = await serve(definition, { listen, tls, ...options })
  t.after(() => server.close())
  return { server, folder, tls }
}

async function walks(client: Client<typeof field>): Promise<void> {
  client.command({ east: -1, north: 0 })
  const end = performance.now() + 10_000
  while (!((client.me?.position.x ?? 100) < 99)) {
    assert.ok(performance.now() < end, 'the character does not move')
    await new Promise((resolve) => setTimeout(resolve, 20))
    client.frame()
  }
}

test('[H6] players, pages and updates come over TLS, and without it nothing is said', async (t) => {
  const { server, folder, tls } = await town(t)
  assert.deepEqual(server.urls, [`wss://127.0.0.1:${PORT}`])
  assert.equal(server.pageUrl, `https://127.0.0.1:${PORT}`)
  const client = await connect(field, secure, { name: 'Ada' })
  t.after(() => client.close())
  await walks(client)
  const page = await fetch(`${pages}/`)
  assert.equal(await page.text(), '<p>town</p>')
  assert.equal(page.headers.get('strict-transport-security'), 'max-age=31536000')
  for (const [url, into] of [
    [secure, 'in-band'],
    [pages, 'https'],
  ]) {
    const { folder: place } = await updateContent(url, { folder: join(folder, into) })
    assert.equal(readFileSync(join(place, 'index.html'), 'utf8'), '<p>town</p>')
    assert.equal((await queryServer(url)).name, 'field')
  }
  await assert.rejects(connect(field, secure.replace('wss', 'ws'), { name: 'Eve', reconnects: false }))
  const plain = await new Promise<string>((resolve) => {
    let said = ''
    const socket = dial(PORT, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'))
    socket.on('data', (part) => {
      said += part
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(said))
  })
  assert.doesNotMatch(plain, /town/)
  process.env.NODE_EXTRA_CA_CERTS = tls.cert
  t.after(() => delete process.env.NODE_EXTRA_CA_CERTS)
  const { code, said } = await runShardless('info', secure)
  assert.equal(code, 0, said)
  assert.match(said, /^players {5}1 of 5000$/m)
})

test('[H6] who does not know the certificate says so and does not come in', async (t) => {
  const { tls } = files(t, selfSigned())
  const server = await serve(fieldServer, { listen: [`wss://127.0.0.1:${PORT}`], tls })
  t.after(() => server.close())
  await assert.rejects(connect(field, secure, { name: 'Ada' }), (error: Error) => {
    assert.match(error.message, /^The certificate of wss:\/\/localhost:24500 is not to be trusted \(/)
    return true
  })
  await assert.rejects(
    queryServer(pages),
    /^OutsideError: The certificate of https:\/\/localhost:24500\/information is not to be trusted/,
  )
})

test('[H7] tokens for UDP come over HTTPS: at the port of the pages, or of UDP where there are none', async (t) => {
  for (const listen of [
    [`wss://127.0.0.1:${PORT}`, `udp://127.0.0.1:${PORT}`],
    [`udp://127.0.0.1:${PORT}`],
  ]) {
    const { server, tls } = await town(t, { listen })
    const tokenUrl = `${pages}/token`
    const client = await connect(field, `udp://localhost:${PORT}`, { name: 'Ada', tokenUrl })
    await walks(client)
    client.close()
    process.env.NODE_EXTRA_CA_CERTS = tls.cert
    t.after(() => delete process.env.NODE_EXTRA_CA_CERTS)
    const { code, said } = await runShardless('info', `udp://localhost:${PORT}`, '--token-url', tokenUrl)
    assert.equal(code, 0, said)
    assert.match(said, /^name {8}field$/m)
    await assert.rejects(connect(field, `udp://localhost:${PORT}`, { name: 'Ada', reconnects: false }), {
      message: `No connect token is to be had: http://localhost:${PORT}/token does not answer. A server with a certificate gives them at https://; name that as tokenUrl.`,
    })
    await server.close()
  }
})

test('[U30] listeners are told by the name that was asked, or as the operator says', async (t) => {
  const { server } = await town(t, { listen: [`wss://0.0.0.0:${PORT}`] })
  for (const url of [secure, pages]) assert.deepEqual((await queryServer(url)).listeners, [secure])
  await server.close()
  const publicUrls = ['wss://town.example:443', 'udp://203.0.113.7:4000']
  const other = await town(t, { publicUrls })
  for (const url of [secure, pages]) assert.deepEqual((await queryServer(url)).listeners, publicUrls)
  await other.server.close()
})

test('[H6] a listener without a certificate, or a certificate without a listener, is refused with a sentence', async (t) => {
  const { tls, folder } = files(t)
  await assert.rejects(serve(fieldServer, { listen: [`wss://127.0.0.1:${PORT}`] }), {
    message: `wss://127.0.0.1:${PORT} needs a certificate: give --tls-cert and --tls-key, or listen at ws:// behind a proxy that has one.`,
  })
  await assert.rejects(serve(fieldServer, { listen: [`ws://127.0.0.1:${PORT}`], tls }), {
    message:
      'A certificate is given, but no listener uses it: listen at wss://, as in --listen wss://0.0.0.0:443.',
  })
  const game = ['serve', '--game', 'test/field/server.ts', '--listen', `wss://127.0.0.1:${PORT}`]
  const half = await runShardless(...game, '--tls-cert', tls.cert)
  assert.deepEqual(half, {
    code: 1,
    said: '--tls-cert and --tls-key go together, and --tls-key is not given.\n',
  })
  const none = await runShardless(...game, '--tls-cert', tls.cert, '--tls-key', join(folder, 'none.pem'))
  assert.deepEqual(none, { code: 1, said: `The key ${join(folder, 'none.pem')} cannot be read: ENOENT.\n` })
})
