import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { encode } from '../../wire/index.ts'
import { PendingRequests } from './pending-requests.ts'

const { reply } = field.requests.buy

test('each reply finds the one who asked, in whatever order replies come', async () => {
  const questions = new PendingRequests(field)
  const [a, b] = [questions.number(), questions.number()]
  const both = [questions.wait(a, 'buy'), questions.wait(b, 'buy')]
  questions.receive(b, { body: encode(reply, { left: 2 }) })
  questions.receive(a, { body: encode(reply, { left: 1 }) })
  assert.deepEqual(await Promise.all(both), [{ left: 1 }, { left: 2 }])
})

test('a sentence instead of a reply rejects with it, and bytes that are no reply with one of our own', async () => {
  const questions = new PendingRequests(field)
  const [a, b] = [questions.number(), questions.number()]
  const both = [questions.wait(a, 'buy'), questions.wait(b, 'buy')]
  questions.receive(a, { sorry: 'Sold out.' })
  questions.receive(b, { body: Uint8Array.of(255, 255, 255) })
  await assert.rejects(both[0], /^Error: Sold out\.$/)
  await assert.rejects(both[1], /The reply makes no sense/)
})

test('a reply that nobody waits for, or that comes twice, is left at that', async () => {
  const questions = new PendingRequests(field)
  const id = questions.number()
  const asked = questions.wait(id, 'buy')
  questions.receive(99, { body: encode(reply, { left: 9 }) })
  questions.receive(id, { body: encode(reply, { left: 1 }) })
  questions.receive(id, { sorry: 'Too late.' })
  assert.deepEqual(await asked, { left: 1 })
})

test('when the connection is lost, everyone who waits is told so', async () => {
  const questions = new PendingRequests(field)
  const asked = questions.wait(questions.number(), 'buy')
  questions.forget('The connection was lost.')
  await assert.rejects(asked, /The connection was lost/)
})
