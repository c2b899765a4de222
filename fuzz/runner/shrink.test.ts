import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shrink } from './shrink.ts'

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 7 + 1) & 0xff || 1)

test('what is left is what the failure needs', async () => {
  const input = noise(100)
  input[40] = 77
  input[90] = 78
  const shrunk = await shrink(
    input,
    async (bytes) => bytes.includes(77) && bytes.indexOf(78) > bytes.indexOf(77),
    4000,
  )
  assert.deepEqual([...shrunk], [77, 78])
})

test('a byte that must be there and may be anything becomes zero', async () => {
  const shrunk = await shrink(noise(9), async (bytes) => bytes.length >= 3, 4000)
  assert.deepEqual([...shrunk], [0, 0, 0])
})

test('an input that fails empty shrinks to nothing', async () => {
  assert.equal((await shrink(noise(50), async () => true, 4000)).length, 0)
})

test('it asks no more often than it may, and then answers the smallest so far', async () => {
  let asked = 0
  const fails = async (bytes: Uint8Array): Promise<boolean> => {
    asked++
    return bytes.includes(1)
  }
  const shrunk = await shrink(noise(1000), fails, 10)
  assert.equal(asked, 10)
  assert.ok(shrunk.includes(1) && shrunk.length < 1000)
  assert.deepEqual(await shrink(noise(5), async () => false, 100), noise(5))
})
