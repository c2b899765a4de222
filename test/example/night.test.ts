/** The pages' example of sight, queries and attributes is one that runs. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import definition from '../../docs/examples/night/server.node.ts'
import type { Client } from '../../src/client/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { askAttribute, setAttribute } from '../../src/play/index.ts'

type Player = Client<typeof definition.game>
const seenBy = (player: Player): string[] => [...player.entities('walker')].map(({ name }) => name).sort()

test('players see each other by lamp and lantern, shoot along rays, and have attributes', async () => {
  const pair = new Pair(definition, { seed: 1 })
  const soon = async <T>(asking: Promise<T>): Promise<T> => {
    await pair.run(200)
    return asking
  }
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(500)
  assert.deepEqual(seenBy(ada), ['Ada', 'Bob'])
  assert.deepEqual(await soon(ada.ask('shoot', { east: 1, north: 0 })), { hit: 'Bob' })
  assert.deepEqual(await soon(ada.ask('shoot', { east: -1, north: 0 })), { hit: 'nobody' })
  await soon(setAttribute(bob, 'motto', 'Onwards'))
  assert.equal(await soon(askAttribute(ada, 'motto', bob.me?.id)), 'Onwards')

  bob.command({ east: 0, north: -1 })
  await pair.run(3000)
  bob.command({ east: 0, north: 0 })
  await pair.run(500)
  assert.deepEqual([seenBy(ada), seenBy(bob)], [['Ada'], ['Ada', 'Bob']])
  assert.deepEqual(await soon(bob.ask('lantern', {})), { oil: 90 })
  await pair.run(200)
  assert.deepEqual(seenBy(ada), ['Ada', 'Bob'])
  await soon(bob.ask('lantern', {}))
  await pair.run(500)
  assert.deepEqual(seenBy(ada), ['Ada'])
})

test('the pages show the code of the example as it is', () => {
  const read = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
  const code = `${read('examples/night/game.ts')}\n${read('examples/night/server.node.ts')}`.replace(
    /^ +/gm,
    '',
  )
  for (const page of ['sight.md', 'attributes.md']) {
    const blocks = [...read(page).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block)
    assert.ok(blocks.length > 1, page)
    for (const block of blocks) {
      const lines = block.split('\n').map((line) => line.trim())
      for (const line of lines) assert.ok(code.includes(line), `${page}: ${line}`)
    }
  }
})
