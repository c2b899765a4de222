import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runShardless } from './shardless.ts'

test('shardless check tells file, line and what to take instead, in what a game imports too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const game = write(
    'game.ts',
    "import { turn } from './turn.js'\nimport './style.css'\nexport const y = turn(1)\n",
  )
  write('style.css', '')
  write('turn.ts', "import '../src/world/game.ts'\n\nexport const turn = (x: number) => Math.sin(x) ** 2\n")
  const { code, said } = await runShardless('check', game)
  assert.equal(code, 1)
  assert.match(
    said,
    /turn\.ts:3: Math\.sin differs between engines in its last bits: take sin of 'shardless'\./,
  )
  assert.match(said, /turn\.ts:3: \*\* differs between engines.*\n2 files, 2 to mend\.\n$/)

  const drawn = write(
    'drawn.ts',
    'export const a = Math.sin(1) // shardless-allow: it is drawn, and nothing else\n',
  )
  assert.deepEqual(await runShardless('check', drawn), {
    code: 0,
    said: '1 file, and nothing differs from one engine to another.\n',
  })

  const none = await runShardless('check', join(folder, 'none.ts'))
  assert.equal(none.code, 1)
  assert.match(none.said, /none\.ts cannot be read: ENOENT/)
})
