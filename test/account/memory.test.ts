/** A game that keeps all that it ever made, in a small process: what its players and their characters meet. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { accountsAt, connect, Refused } from 'shardless/client'
import { hut } from './hut.node.ts'
import { begin } from './hut-process.node.ts'

const PORT = 24_319

test('a server whose memory runs out lets nobody new in, and ends only when players are told and saved', async (t) => {
  const first = await begin(t, PORT, { flags: ['--max-old-space-size=96', '--expose-gc'], fails: 'leaks' })
  const { token } = await accountsAt(first.url).register('Ada', 'correct horse battery')
  const ada = await connect(hut, first.url, { name: 'Ada', token, reconnects: false })
  t.after(() => ada.close())
  ada.command({ east: 1, north: 0 })
  const over = once(first.process, 'exit')
  first.process.kill('SIGUSR2')
  let refusal = ''
  for (; refusal === ''; await setTimeout(100))
    try {
      const ben = await connect(hut, first.url, { name: 'Ben', reconnects: false })
      ben.close()
    } catch (error) {
      if (error instanceof Refused) refusal = error.message
    }
  assert.equal(refusal, 'The server is short of memory; try again later.')
  assert.equal(
    ada.status,
    'open',
    `who is there plays on: ${ada.refusal?.message}\n${first.lines.join('\n')}`,
  )
  first.process.kill('SIGUSR2')
  assert.deepEqual(await over, [1, null], first.lines.join('\n'))
  const said = first.lines.join('\n')
  assert.match(said, /^Memory is short: \d+ of 96 MiB are in use, and nobody new is let in\. Find out what/m)
  assert.match(said, /The server ends, .* Memory runs out: \d+ of 96 MiB are in use\./)
  assert.doesNotMatch(said, /heap out of memory/)
  assert.deepEqual(
    [ada.refusal?.code, ada.refusal?.message],
    ['closing', 'The server has failed and is closing.'],
  )
  const second = await begin(t, PORT, { file: first.file })
  const back = await connect(hut, second.url, { name: 'Ada', token })
  t.after(() => back.close())
  const { x } = await back.ask('where', {})
  assert.ok(x > 65, `${x} m`)
})
