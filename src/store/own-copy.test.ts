import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownCopy } from './own-copy.ts'
import { ground, mint, newCharacter } from './population.suite.ts'
import { createStore, type Engine } from './sql/shelves.ts'

/** Makes bytes as Node makes small Buffers: a view of a shared pool. */
const pooled = (length: number): Uint8Array => {
  const pool = Buffer.alloc(65_536, 7)
  return pool.subarray(100, 100 + length)
}

test('a copy shares nothing with its original, and its bytes are exactly theirs', () => {
  const original = { name: 'a', none: undefined, list: [1, { bytes: pooled(10) }] as const, bytes: pooled(0) }
  const copy = ownCopy(original)
  assert.deepEqual(copy, {
    name: 'a',
    none: undefined,
    list: [1, { bytes: new Uint8Array(10).fill(7) }],
    bytes: new Uint8Array(0),
  })
  original.list[1].bytes.fill(9)
  assert.equal(copy.list[1].bytes[0], 7)
  assert.equal(copy.list[1].bytes.buffer.byteLength, 10)
  assert.equal(copy.bytes.buffer.byteLength, 0)
  assert.ok('none' in copy)
})

test('no engine is given bytes that drag the pool of a Buffer along, in a request as in a restored row', async () => {
  const sizes: number[] = []
  const note = (value: unknown): void => {
    if (value instanceof Uint8Array) sizes.push(value.buffer.byteLength)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(note)
  }
  const engine = {
    ask: async (_, input) => note(input) as never,
    async restore(rows) {
      for await (const batch of rows) note(batch)
    },
  } as Partial<Engine> as Engine
  const store = createStore(engine)
  await store.characters.create(newCharacter('c', 'a', { state: pooled(12) }))
  await store.items.apply({ id: 'o', at: 1, changes: [mint('i', ground, { data: pooled(3) })] })
  assert.deepEqual(sizes, [12, 3])
})
