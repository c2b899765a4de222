import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { webFiles } from './web-files.node.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** Serves a folder; `get` asks by hand, so that nothing is tidied up on the way. */
async function site(t: TestContext) {
  const outer = mkdtempSync(join(tmpdir(), 'pages-'))
  t.after(() => rmSync(outer, { recursive: true }))
  const folder = join(outer, 'build')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(outer, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'index.html'), '<p>hello</p>')
  writeFileSync(join(folder, '.hidden'), 'hidden')
  writeFileSync(join(folder, 'assets', 'main-abc.js'), 'let a = 1')
  writeFileSync(join(folder, 'assets', 'main-abc.js.gz'), gzipSync('let a = 1'))
  const files = webFiles(pathToFileURL(`${folder}/`))
  const server = createServer((asked, answer) =>
    files(asked, answer, () => {
      answer.writeHead(404)
      answer.end()
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const get = (path: string, headers: Record<string, string> = {}) =>
    new Promise<Answer>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part) => parts.push(part))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        )
      })
        .on('error', reject)
        .end()
    })
  return { folder, get }
}

test('a folder is its index, and files with a hash in their name are kept for a year', async (t) => {
  const { get } = await site(t)
  const index = await get('/')
  assert.equal(index.body.toString(), '<p>hello</p>')
  assert.match(String(index.headers['content-type']), /text\/html/)
  assert.match(String(index.headers['cache-control']), /max-age=0/)
  assert.match(
    String((await get('/assets/main-abc.js')).headers['cache-control']),
    /max-age=31536000, immutable/,
  )
})

test('a packed file goes to whoever takes it, and tells what it is', async (t) => {
  const { get } = await site(t)
  const packed = await get('/assets/main-abc.js', { 'accept-encoding': 'gzip, br' })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.match(String(packed.headers['content-type']), /javascript/)
  assert.deepEqual(packed.body, gzipSync('let a = 1'))
  const plain = await get('/assets/main-abc.js')
  assert.equal(plain.headers['content-encoding'], undefined)
  assert.equal(plain.body.toString(), 'let a = 1')
})

test('nothing outside the folder and nothing hidden is to be had', async (t) => {
  const { get } = await site(t)
  const asked = [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..\\..\\secret.txt',
    '/.hidden',
    '/%',
    '/a%00',
    '/assets',
  ]
  for (const path of asked) {
    const { status, body } = await get(path)
    assert.ok(status === 404 || status === 301, `${path} answers ${status}`)
    assert.ok(!/secret|hidden$/.test(body.toString()))
  }
})

test('ranges that make no sense are no reason to fall over', async (t) => {
  const { get } = await site(t)
  for (const range of ['bytes=5-2', 'bytes=-', 'bytes=9999-', 'bytes=a-b', 'lines=1-2'])
    assert.equal((await get('/index.html', { range })).status, 200)
})

test('a folder that is built anew is served as it is then', async (t) => {
  const { folder, get } = await site(t)
  assert.equal((await get('/')).body.toString(), '<p>hello</p>')
  writeFileSync(join(folder, 'index.html'), '<p>something longer</p>')
  assert.equal((await get('/')).body.toString(), '<p>something longer</p>')
  rmSync(join(folder, 'index.html'))
  assert.equal((await get('/')).status, 404)
})

test('a folder that is not there is one clear sentence', () => {
  assert.throws(
    () => webFiles(new URL('file:///nowhere/at/all/')),
    /there is no such folder\. Build them first\.$/,
  )
})
