import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import definition from '../../docs/examples/meadow/server.node.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { Pair } from '../../src/lab/index.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

for (const file of ['game.ts', 'server.node.ts', 'client.web.ts'])
  test(`the README shows ${file} of the meadow as it is`, () => {
    const code = read(`docs/examples/meadow/${file}`).trimEnd()
    assert.ok(read('README.md').includes(`\`\`\`ts\n${code}\n\`\`\``))
  })

test("the README's game runs", async () => {
  const pair = new Pair(definition, { seed: 1 })
  const dolly = await pair.join({ name: 'Dolly', map: emptyMap(256, 256) })
  dolly.command({ east: 1, north: 0 })
  await pair.run(3000)
  dolly.frame()
  assert.ok(dolly.me && dolly.me.position.x > 138)
  assert.equal(dolly.me.name, 'Dolly')
  assert.ok(dolly.stats.isPredicting)
})
