import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Addresses } from './addresses.ts'

test('of several addresses the first that answers is taken, and kept until it does not answer', async () => {
  const dead = new Set(['a'])
  const dialed: string[] = []
  const dial = async (url: string): Promise<string> => {
    dialed.push(url)
    if (dead.has(url)) throw new Error(`${url} is away`)
    return url
  }
  const addresses = new Addresses(['a', 'b', 'c'])
  assert.equal(await addresses.open(dial), 'b')
  dead.delete('a')
  assert.equal(await addresses.open(dial), 'b')
  dead.add('b')
  assert.equal(await addresses.open(dial), 'c')
  for (const url of ['a', 'b', 'c']) dead.add(url)
  await assert.rejects(addresses.open(dial), /b is away/)
  assert.equal(dialed.join(''), 'abbbccab')
})

test('one address alone is given its usual time, one of several less', async () => {
  const given: (number | undefined)[] = []
  const dial = async (_url: string, { connectMs }: { readonly connectMs?: number }): Promise<void> => {
    given.push(connectMs)
  }
  await new Addresses('a').open(dial)
  await new Addresses(['a', 'b']).open(dial)
  assert.deepEqual(given, [undefined, 1500])
})
