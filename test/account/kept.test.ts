/** Accounts from the public door: a real server process, real sockets, a real file. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { askAttribute, setAttribute } from 'shardless'
import {
  AccountRefused,
  accountsAt,
  type Client,
  connect,
  type NodeClientOptions,
  Refused,
} from 'shardless/client'
import { serve } from 'shardless/server'
import { openStore } from 'shardless/store/node'
import { hut, hutServer } from './hut.node.ts'
import { begin, type HutProcess, stop } from './hut-process.node.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PASSWORD = 'correct horse battery'

/** A client that is gone when the test is. */
async function enter(
  t: TestContext,
  { url }: HutProcess,
  options: NodeClientOptions,
): Promise<Client<typeof hut>> {
  const client = await connect(hut, url, options)
  t.after(() => client.close())
  return client
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Walks on beyond `x` metres, and stands. @returns where, by the server's word */
async function walkEast(client: Client<typeof hut>, x: number): Promise<{ x: number; y: number }> {
  client.command({ east: 1, north: 0 })
  while ((await client.ask('where', {})).x < x) await wait(50)
  client.command({ east: 0, north: 0 })
  for (let before = await client.ask('where', {}); ; ) {
    await wait(300)
    const place = await client.ask('where', {})
    if (place.x === before.x) return place
    before = place
  }
}

/** Waits until something is so. */
async function until(isSo: () => boolean, ms = 30_000): Promise<void> {
  for (const end = performance.now() + ms; !isSo() && performance.now() < end; ) await wait(20)
  assert.ok(isSo(), String(isSo))
}

test('who registers, walks, takes lanterns and comes back after Ctrl-C is at the same place with the same things', async (t) => {
  const first = await begin(t, 24_310)
  const { token } = await accountsAt(first.url).register('Ada', PASSWORD)
  const ada = await enter(t, first, { name: 'Ada', token })
  await until(() => ada.me !== undefined)
  assert.deepEqual(await ada.ask('take', { id: 'one' }), { lanterns: 1 })
  assert.deepEqual(await ada.ask('take', { id: 'two' }), { lanterns: 2 })
  assert.deepEqual(await ada.ask('take', { id: 'one' }), { lanterns: 2 })
  await setAttribute(ada, 'motto', 'Onwards')
  const place = await walkEast(ada, 66)
  assert.equal(await stop(first, 'SIGINT'), 0)
  ada.close()

  const second = await begin(t, 24_310, { file: first.file })
  assert.ok(!second.lines.some((line) => line.includes('code')), second.lines.join())
  const { token: again } = await accountsAt(second.url).login('Ada', PASSWORD)
  const back = await enter(t, second, { name: 'whoever', token: again })
  await until(() => back.me !== undefined)
  assert.equal(back.me!.name, 'Ada')
  assert.deepEqual(await back.ask('where', {}), place)
  assert.deepEqual(await back.ask('count', {}), { lanterns: 2, visits: 2, role: 'player' })
  assert.equal(await askAttribute(back, 'motto'), 'Onwards')
  assert.equal(await askAttribute(back, 'gold'), 10)
  back.close()
  assert.equal(await stop(second, 'SIGTERM'), 0)
})

test('a forgotten promise ends nothing; what must end the process tells players and saves characters first', async (t) => {
  const first = await begin(t, 24_318)
  const { token } = await accountsAt(first.url).register('Ada', PASSWORD)
  const ada = await enter(t, first, { name: 'Ada', token, reconnects: false })
  const place = await walkEast(ada, 66)
  first.process.kill('SIGUSR2')
  await until(() => first.lines.some((line) => line.includes('A tile fell.')))
  assert.deepEqual(await ada.ask('where', {}), place)
  const over = once(first.process, 'exit')
  first.process.kill('SIGUSR2')
  assert.equal((await over)[0], 1)
  assert.ok(first.lines.some((line) => line.includes('The roof came down.')))
  await until(() => ada.status === 'closed')
  assert.deepEqual(
    [ada.refusal?.code, ada.refusal?.message],
    ['closing', 'The server has failed and is closing.'],
  )
  const second = await begin(t, 24_318, { file: first.file })
  const back = await enter(t, second, { name: 'Ada', token })
  assert.deepEqual(await back.ask('where', {}), place)
})

test('who stands where they stand is saved within seconds, and is there after the server was killed', async (t) => {
  const first = await begin(t, 24_317)
  const { token } = await accountsAt(first.url).register('Ada', PASSWORD)
  const ada = await enter(t, first, { name: 'Ada', token })
  const place = await walkEast(ada, 66)
  const store = await openStore(first.file)
  t.after(() => store.close())
  const [{ id }] = await accountsAt(first.url).characters(token)
  let saved: readonly number[] | undefined
  for (const end = performance.now() + 60_000; saved?.[0] !== place.x && performance.now() < end; ) {
    await wait(100)
    saved = (await store.characters.find(id))?.position
  }
  assert.deepEqual(saved, [place.x, place.y])
  await stop(first, 'SIGKILL')
  ada.close()
  const second = await begin(t, 24_317, { file: first.file })
  const back = await enter(t, second, { name: 'Ada', token })
  assert.deepEqual(await back.ask('where', {}), place)
})

test('[N51] [N52] a second login goes on with the character, and the first is told why and stays away', async (t) => {
  const town = await begin(t, 24_311)
  const first = await enter(t, town, {
    name: 'Ada',
    account: { do: 'register', name: 'Ada', password: PASSWORD },
  })
  const { token } = first.login!
  await until(() => first.me !== undefined)
  const place = await walkEast(first, 65)
  const second = await enter(t, town, { name: 'Ada', token })
  await until(() => first.status === 'closed' && second.me !== undefined)
  assert.equal(first.refusal?.code, 'taken-over')
  assert.equal(first.refusal?.message, 'You came into the world from elsewhere.')
  assert.deepEqual(await second.ask('where', {}), place, 'it goes on where it stood')
  await wait(500)
  assert.deepEqual([first.status, second.status], ['closed', 'open'])
  second.close()
  await stop(town, 'SIGTERM')
})

test('[N53] [N54] who is banned while playing goes within seconds, hears until when and why, and does not come back', async (t) => {
  const town = await begin(t, 24_312)
  const accounts = accountsAt(town.url)
  const { token } = await accounts.register('Eve', PASSWORD)
  const eve = await enter(t, town, { name: 'Eve', token })
  const ban = spawn(
    process.execPath,
    [
      '-C',
      'shardless-source',
      'src/cli/main.node.ts',
      'account',
      'ban',
      'Eve',
      '--reason',
      'Spam',
      '--hours',
      '2',
      '--store',
      town.file,
    ],
    { cwd: root },
  )
  assert.deepEqual(await once(ban, 'exit'), [0, null])
  await until(() => eve.status === 'closed')
  assert.equal(eve.refusal?.code, 'banned')
  assert.match(
    eve.refusal!.message,
    /^You are banned for 1\d\d minutes more: Spam$|^You are banned for 2 hours more: Spam$/,
  )
  assert.ok(Math.abs(eve.refusal!.until! - Date.now() - 7_200_000) < 60_000)
  await assert.rejects(
    enter(t, town, { name: 'Eve', token }),
    (error) => error instanceof Refused && error.code === 'login',
  )
  await assert.rejects(
    accounts.login('Eve', PASSWORD),
    (error) => error instanceof AccountRefused && error.code === 'banned',
  )
  await stop(town, 'SIGTERM')
})

test('[N50] [N53] where guests may not play, a login is wanted; elsewhere they play and nothing is kept of them', async (t) => {
  const [closed, open] = await Promise.all([begin(t, 24_313, { guests: false }), begin(t, 24_314)])
  await assert.rejects(
    enter(t, closed, { name: 'Ada' }),
    (error) => error instanceof Refused && error.code === 'login',
  )
  const account = { do: 'login', name: 'Ada', password: PASSWORD } as const
  await assert.rejects(enter(t, closed, { name: 'Ada', account }), {
    message: 'No account of that name has that password.',
  })
  const guest = await enter(t, open, { name: 'Ada' })
  await assert.rejects(guest.ask('take', { id: 'one' }), { message: 'Guests keep nothing.' })
  guest.close()
  const { token, account: who } = await accountsAt(open.url).guest()
  assert.ok(who.isGuest)
  const kept = await enter(t, open, { name: 'Ada', token })
  assert.deepEqual(await kept.ask('take', { id: 'one' }), { lanterns: 1 })
  kept.close()
  const again = await enter(t, open, { name: 'Ada', token })
  assert.deepEqual(await again.ask('count', {}), { lanterns: 1, visits: 2, role: 'player' })
  again.close()
  await Promise.all([stop(closed, 'SIGTERM'), stop(open, 'SIGTERM')])
})

test('[N55] connect tokens for UDP are for who has a login token, where guests may not play', async (t) => {
  const server = await serve(hutServer({ guests: false }), {
    listen: ['udp://127.0.0.1:24315'],
    store: 'memory:',
  })
  t.after(() => server.close())
  const url = 'udp://127.0.0.1:24315'
  const without = await fetch('http://127.0.0.1:24315/token')
  assert.equal(without.status, 401)
  assert.deepEqual(await without.json(), {
    error: 'This server lets in who has an account; log in first.',
  })
  await assert.rejects(connect(hut, url, { name: 'Ada' }), /lets in who has an account/)
  const { token } = await accountsAt(url).register('Ada', PASSWORD)
  const ada = await connect(hut, url, { name: 'Ada', token })
  t.after(() => ada.close())
  assert.deepEqual(await ada.ask('take', { id: 'one' }), { lanterns: 1 })
})
