import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { desk } from '../account/accounts.suite.ts'
import { createPasswords } from '../account/index.node.ts'
import { originRefusal, type Passwords, readForm } from '../account/index.ts'
import type { Displaced } from '../store/index.ts'
import { accountPages } from './account-pages.node.ts'

interface Reply {
  readonly status: number
  readonly headers: Headers
  /** The answers of the pages under test; each test looks at what its page has. */
  readonly body: {
    readonly token: string
    readonly account: { readonly role: string }
    readonly character: { readonly id: string }
    readonly code: string
    readonly error: string
    readonly until: number
  }
}

/** How long a socket may be idle, in ms. */
const IDLE_MS = 1000

/**
 * Serves account pages on a real port, and makes a client of them.
 * @param passwords in place of those that a desk has
 */
async function pages(t: TestContext, passwords?: Passwords) {
  const parts = desk({ hasGuests: true, ...(passwords && { passwords }) })
  const told: [readonly Displaced[], string][] = []
  const reported: unknown[] = []
  const handler = accountPages({
    ...parts,
    addressOf: (request) => String(request.headers['x-test-address'] ?? '203.0.113.1'),
    origins: ['https://town.example'],
    displaced: (...one) => told.push(one),
    report: (error) => reported.push(error),
  })
  const server = createServer(handler)
  server.setTimeout(IDLE_MS)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const ask = async (
    method: string,
    path: string,
    options: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ): Promise<Reply> => {
    const { body, token, headers } = options
    const response = await fetch(`${url}/account/${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
  }
  const post = (path: string, body: unknown, token?: string, headers?: Record<string, string>) =>
    ask('POST', path, { body, token, headers })
  return { ...parts, ask, post, port, told, reported }
}

const ada = { name: 'Ada', password: 'correct horse' }

describe('[A50] account pages', () => {
  test('a whole life: register, me, characters, another password, out everywhere, in again, gone', async (t) => {
    const { ask, post, roster, told } = await pages(t)
    const registered = await post('register', ada)
    assert.equal(registered.status, 201)
    assert.equal(registered.headers.get('cache-control'), 'no-store')
    assert.equal(registered.headers.get('set-cookie'), null)
    let { token } = registered.body
    assert.deepEqual((await ask('GET', 'me', { token })).body.account, registered.body.account)
    const created = await post('characters', { name: 'Byron' }, token)
    assert.equal(created.status, 201)
    const { id } = created.body.character
    const listed = await ask('GET', 'characters', { token })
    assert.deepEqual(listed.body, { characters: [created.body.character] })
    token = (await post('password', { old: ada.password, new: 'battery staple' }, token)).body.token
    assert.equal((await ask('GET', 'me', { token: registered.body.token })).status, 401)
    token = (await post('renew', {}, token)).body.token
    await roster.choose({ token, character: id, server: 's1' }, Date.now())
    assert.equal((await ask('DELETE', `characters/${id}`, { token })).status, 409)
    assert.equal((await post('logout', {}, token)).status, 200)
    assert.deepEqual(
      told.map(([characters, why]) => [characters[0].character, why]),
      [[id, 'logged out']],
    )
    const login = await post('login', { name: 'ada', password: 'battery staple' })
    assert.equal(login.status, 200)
    assert.equal((await post('delete', { password: 'battery staple' }, login.body.token)).status, 200)
    assert.equal((await post('login', { name: 'ada', password: 'battery staple' })).status, 401)
  })

  test('[H3] who waits for an answer is not cut off as idle, and is once it has come', async (t) => {
    const quick = createPasswords({ cost: { memory: 8, passes: 1, lanes: 1 } })
    const slow: Passwords = {
      ...quick,
      async hash(password) {
        await new Promise((resolve) => setTimeout(resolve, 3 * IDLE_MS))
        return quick.hash(password)
      },
    }
    const { port } = await pages(t, slow)
    const socket = connect(port, '127.0.0.1')
    let told = ''
    socket.on('data', (part) => (told += part))
    const body = JSON.stringify(ada)
    // Two at once: the second answer comes after the first.
    const second = JSON.stringify({ ...ada, name: 'Bob' })
    socket.write(
      `POST /account/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
        `POST /account/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${second.length}\r\n\r\n${second}`,
    )
    await once(socket, 'close')
    assert.equal(told.match(/HTTP\/1.1 201 /g)?.length, 2, told)
  })

  test('a guest registers with the token at hand', async (t) => {
    const { post } = await pages(t)
    const guest = (await post('guest', {})).body
    const registered = await post('register', ada, guest.token)
    assert.equal(registered.status, 201)
    assert.deepEqual(registered.body.account, { ...guest.account, name: 'Ada', isGuest: false })
  })

  test('owner, staff and bans', async (t) => {
    const { accounts, post, ask } = await pages(t)
    const code = await accounts.ownerCode.begin(Date.now())
    const { token } = (await post('register', ada)).body
    const bob = (await post('register', { ...ada, name: 'Bob' })).body.token
    assert.equal((await post('ban', { name: 'Bob', reason: '' }, token)).status, 403)
    assert.equal((await post('owner', { code: 'wrong' }, token)).status, 403)
    assert.equal((await post('owner', { code }, token)).status, 200)
    assert.equal((await post('role', { name: 'Bob', role: 'staff' }, token)).status, 200)
    assert.equal((await ask('GET', 'me', { token: bob })).body.account.role, 'staff')
    assert.equal((await post('ban', { name: 'Bob', reason: 'Spam', seconds: 3600 }, token)).status, 200)
    const banned = await post('login', { ...ada, name: 'Bob' })
    assert.equal(banned.status, 403)
    assert.equal(banned.body.code, 'banned')
    assert.ok(banned.body.until > Date.now())
    assert.equal((await post('unban', { name: 'Bob' }, token)).status, 200)
    assert.equal((await post('login', { ...ada, name: 'Bob' })).status, 200)
    assert.equal((await post('unban', { name: 'Nobody' }, token)).status, 404)
  })

  test('the owner’s code cannot be guessed: six tries, and then each waits longer', async (t) => {
    const { post } = await pages(t)
    const { token } = (await post('register', ada)).body
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) statuses.push((await post('owner', { code: `${i}` }, token)).status)
    assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429, 429])
  })

  test('too many tries are 429 with Retry-After', async (t) => {
    const { post } = await pages(t)
    await post('register', ada)
    const wrong = { ...ada, password: 'wrong horse' }
    for (let i = 0; i < 10; i++) assert.equal((await post('login', wrong)).status, 401)
    const stopped = await post('login', wrong)
    assert.equal(stopped.status, 429)
    assert.equal(stopped.headers.get('retry-after'), '1')
    assert.deepEqual(stopped.body, { code: 'wait', error: 'Too many tries; wait 1 second.', waitSeconds: 1 })
    assert.equal(
      (await post('login', { ...ada, name: 'Bob' }, undefined, { 'x-test-address': '203.0.113.9' })).status,
      401,
    )
  })

  test('what is not asked as it should be is refused by its status', async (t) => {
    const { ask, post, reported } = await pages(t)
    const cases: [Promise<Reply>, number][] = [
      [post('register', '{"name":'), 400],
      [post('register', { name: 'Ada' }), 400],
      [post('register', { ...ada, role: 'owner' }), 400],
      [post('register', { ...ada, name: 3 }), 400],
      [post('register', [ada]), 400],
      [post('register', '{"name":"Ada","password":"correct horse","__proto__":{"role":"owner"}}'), 400],
      [post('register', { ...ada, password: 'x'.repeat(8192) }), 413],
      [post('register', { ...ada, password: 'short' }), 400],
      [
        ask('POST', 'register', { body: JSON.stringify(ada), headers: { 'Content-Type': 'text/plain' } }),
        415,
      ],
      [
        ask('POST', 'register', {
          body: 'name=Ada',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        }),
        415,
      ],
      [ask('GET', 'register'), 405],
      [ask('PUT', 'me'), 405],
      [ask('GET', 'me'), 401],
      [ask('GET', 'me', { token: 'nonsense' }), 401],
      [ask('GET', 'me', { headers: { Authorization: 'Basic QQ==' } }), 401],
      [ask('GET', 'nowhere'), 404],
      [ask('GET', 'constructor'), 404],
      [post('__proto__', {}), 404],
      [post('guest', '', undefined), 201],
    ]
    for (const [asked, status] of cases) {
      const { status: got, body } = await asked
      assert.equal(got, status, JSON.stringify(body))
      assert.ok(status < 300 || body.error.endsWith('.'), JSON.stringify(body))
    }
    assert.deepEqual(reported, [])
  })

  test('a body that says no length and does not end is cut off at 8 KiB', async (t) => {
    const { port } = await pages(t)
    const status = await new Promise<number>((resolve, reject) => {
      const asked = request(
        {
          port,
          host: '127.0.0.1',
          method: 'POST',
          path: '/account/login',
          headers: { 'Content-Type': 'application/json' },
        },
        (response) => {
          resolve(response.statusCode ?? 0)
          asked.destroy()
        },
      )
      asked.on('error', reject)
      for (let i = 0; i < 20; i++) asked.write('x'.repeat(1000))
    })
    assert.equal(status, 413)
  })

  test('what fails inside is reported, and the asker gets one sentence', async (t) => {
    const { post, store, reported } = await pages(t)
    await store.close()
    const broken = store.accounts.findByKey
    store.accounts.findByKey = () => Promise.reject(new Error('the disk is away'))
    t.after(() => {
      store.accounts.findByKey = broken
    })
    const { status, body } = await post('login', ada)
    assert.equal(status, 500)
    assert.equal(body.error, 'The server could not do that; try again later.')
    assert.equal(reported.length, 1)
  })
})

describe('[A51] origins', () => {
  test('the server’s own pages, those allowed, and what is no browser may ask', () => {
    const allowed = ['https://town.example']
    for (const origin of [
      undefined,
      'https://town.example',
      'http://localhost:4000',
      'https://localhost:4000',
    ])
      assert.equal(originRefusal(origin, 'localhost:4000', allowed), undefined, origin)
    for (const origin of [
      'null',
      '',
      'https://evil.example',
      'https://town.example.evil',
      'http://town.example',
      'http://localhost:4001',
    ])
      assert.notEqual(originRefusal(origin, 'localhost:4000', allowed), undefined, origin)
    assert.notEqual(originRefusal('http://undefined', undefined, allowed), undefined)
  })

  test('a browser is told before it asks, and never that it may send what it keeps', async (t) => {
    const { ask } = await pages(t)
    const headers = { Origin: 'https://town.example' }
    const before = await ask('OPTIONS', 'login', { headers })
    assert.equal(before.status, 204)
    assert.equal(before.headers.get('access-control-allow-origin'), 'https://town.example')
    assert.equal(before.headers.get('access-control-allow-headers'), 'Authorization, Content-Type')
    assert.equal(before.headers.get('access-control-allow-credentials'), null)
    assert.equal((await ask('GET', 'me', { headers })).headers.get('vary'), 'Origin')
    const evil = await ask('POST', 'login', { body: ada, headers: { Origin: 'https://evil.example' } })
    assert.equal(evil.status, 403)
    const { code, error } = evil.body as { code: string; error: string }
    assert.equal(code, 'origin')
    assert.match(error, /^Origin not allowed: pages of https:\/\/evil\.example /)
    assert.equal(
      evil.headers.get('access-control-allow-origin'),
      'https://evil.example',
      'its page may read why',
    )
    assert.equal((await ask('POST', 'login', { body: ada, headers })).status, 401, 'and nothing was done')
  })
})

test('[A50] a form that is wrong is said where', () => {
  const reason = (text: string): string => {
    const read = readForm('ban', text)
    return read.is === 'refused' ? read.reason : 'taken'
  }
  assert.match(reason('{"name":"Bob","reason":"","seconds":0}'), /^"seconds" is wrong: /)
  assert.match(reason('{"name":"Bob"}'), /^"reason" is wrong: /)
  assert.match(reason('null'), /^The body is wrong: /)
  assert.equal(reason('{"name":"Bob","reason":"","seconds":1}'), 'taken')
  assert.equal(reason('{"name":"Bob","reason":""}'), 'taken')
})
