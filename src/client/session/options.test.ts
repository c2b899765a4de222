import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { queryServer } from '../ask/query.node.ts'
import { updateContent } from '../ask/update.node.ts'
import { accountsAt } from './accounts.node.ts'
import { connect } from './connect.node.ts'
import { type ClientOptions, troubleWith } from './options.ts'

const water = '\u6c34'
const account = { do: 'login', name: 'Ada', password: 'a long one' } as const

test('a name is held against the rule for names, at its exact border', () => {
  for (const name of ['x', 'x'.repeat(24), water.repeat(21), `${water.repeat(21)}a`])
    assert.equal(troubleWith({ name }), undefined, name)
  for (const name of ['', ' ', 'x'.repeat(25), water.repeat(22), 'a\ud800b', 'a\u0000b', 'a\u202eb']) {
    const refused = troubleWith({ name })
    assert.equal(refused?.code, 'name', name)
    assert.match(refused!.message, /^A name has 1 to 24 visible characters/)
  }
})

test('who comes with an account may leave the name to their character', () => {
  assert.equal(troubleWith({ name: '', token: 'abc' }), undefined)
  assert.equal(troubleWith({ name: '', account }), undefined)
  assert.equal(troubleWith({ name: ' ', token: 'abc' })?.code, 'name')
})

test('a token, an id and a password are refused where they could not be said', () => {
  const name = 'Ada'
  const page = (length: number) => ({ name, account: { ...account, password: 'p'.repeat(length) } })
  const room = 3072 - JSON.stringify({ name: account.name, password: '' }).length
  const good: ClientOptions[] = [
    { name, token: 'x'.repeat(512) },
    { name, token: 't', character: 'x'.repeat(64) },
    { name, token: 't', character: '\ud83d\ude00'.repeat(16) },
    page(room),
  ]
  for (const options of good) assert.equal(troubleWith(options), undefined)
  const bad: ClientOptions[] = [
    { name, token: 'x'.repeat(513) },
    { name, token: 'a\ud800' },
    { name, token: 't', character: 'x'.repeat(65) },
    { name, token: 't', character: '\udfff' },
    page(room + 1),
  ]
  for (const options of bad) assert.equal(troubleWith(options)?.code, 'login')
})

const url = 'ws://127.0.0.1:1'

test('connect rejects what is of another type at once, and names the option', async () => {
  const cases: [Record<string, unknown> | undefined, RegExp][] = [
    [undefined, /What a client is made with is undefined; give \{ name \}/],
    [{}, /name is undefined/],
    [{ name: 7 }, /name is number/],
    [{ name: 'Ada', token: 7 }, /token is number/],
    [{ name: 'Ada', character: null }, /character is null/],
    [{ name: 'Ada', reconnects: 'no' }, /reconnects is 'no'/],
    [{ name: 'Ada', retry: 1 }, /retry is number/],
    [{ name: 'Ada', map: 'town.tmj' }, /map is 'town.tmj'/],
    [{ name: 'Ada', account: 'Ada' }, /account is 'Ada'/],
    [{ name: 'Ada', account: { ...account, do: 'enter' } }, /account\.do is 'enter'/],
    [{ name: 'Ada', account: { do: 'login', name: 'Ada' } }, /account\.password is undefined/],
    [{ name: 'Ada', air: {} }, /air is object/],
    [{ name: 'Ada', tokenUrl: 'town.example' }, /tokenUrl is 'town\.example'/],
  ]
  for (const [options, message] of cases)
    await assert.rejects(connect(field, url, options as never), { code: 'client/bad-option', message })
  await assert.rejects(connect({} as never, url, { name: 'Ada' }), { code: 'client/bad-option' })
  await assert.rejects(connect(field, 4000 as never, { name: 'Ada' }), { code: 'client/bad-option' })
  for (const content of ['x', 'f'.repeat(63), 7])
    await assert.rejects(connect(field, url, { name: 'Ada', content } as never), {
      code: 'client/bad-content',
    })
})

test('connect rejects at once what no server takes, and an address that is none, though it is to try again', async () => {
  const retry = true
  await assert.rejects(connect(field, url, { name: water.repeat(22), retry }), { code: 'name' })
  await assert.rejects(connect(field, url, { name: 'Ada', token: 'x'.repeat(5000), retry }), {
    code: 'login',
  })
  await assert.rejects(connect(field, 'udp://127.0.0.1:1', { name: 'Ada', token: 'a b', retry }), {
    code: 'login',
  })
  for (const address of [
    '',
    'nowhere',
    'http://town.example',
    'ws://',
    'ws://a b:1',
    'ws://town.example:99999',
  ])
    await assert.rejects(connect(field, address, { name: 'Ada', retry }), { name: 'OutsideError' })
})

test('what else asks a server checks what it is given in the same way, before anything is sent', async () => {
  const bad = { code: 'client/bad-option' }
  const url = 'ws://127.0.0.1:9'
  await assert.rejects(queryServer(7 as never), bad)
  await assert.rejects(queryServer(url, null as never), bad)
  await assert.rejects(queryServer(url, { tokenUrl: 'nowhere' }), bad)
  await assert.rejects(queryServer(url, { air: {} as never }), bad)
  await assert.rejects(updateContent(undefined as never, { folder: 'x' }), bad)
  await assert.rejects(updateContent(url, undefined as never), bad)
  await assert.rejects(updateContent(url, { folder: '' }), bad)
  await assert.rejects(updateContent(url, { folder: 'x', progress: 1 as never }), bad)
  await assert.rejects(updateContent(url, { folder: 'x', tokenUrl: 'nowhere' }), bad)
  assert.throws(() => accountsAt(7 as never), bad)
})

test('a first connection that is tried again and again ends when its signal is aborted, with its reason', async () => {
  const stop = new AbortController()
  const reason = new Error('The player pressed Escape.')
  const connecting = connect(field, 'ws://127.0.0.1:9', { name: 'Ada', retry: true, signal: stop.signal })
  setTimeout(() => stop.abort(reason), 100)
  await assert.rejects(connecting, reason)
  await assert.rejects(connect(field, 'ws://127.0.0.1:9', { name: 'Ada', signal: stop.signal }), reason)
  const signal = 'stop' as never
  await assert.rejects(connect(field, 'ws://127.0.0.1:9', { name: 'Ada', signal }), {
    code: 'client/bad-option',
  })
})
