import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './root.mjs'
import { together } from './together.mjs'

test('tests that touch no platform share a process, all others have one each, and none is left out or run twice', () => {
  const files = together(['scripts', 'src/wire', 'src/store'])
  const modules = files.filter((file) => file.endsWith('.mjs'))
  const shared = modules.flatMap((module) =>
    [...readFileSync(join(root, module), 'utf8').matchAll(/'\.\.\/\.\.\/(.*)'/g)].map(([, file]) => file),
  )
  const alone = files.filter((file) => !modules.includes(file))
  assert.ok(shared.includes('src/wire/encode.test.ts'), shared.join())
  assert.ok(alone.includes('src/store/crash.test.ts') && alone.includes('scripts/together.test.ts'))
  assert.equal(new Set([...shared, ...alone]).size, shared.length + alone.length)
  for (const file of shared) {
    assert.match(file, /^src\/.*\.test\.ts$/)
    assert.doesNotMatch(
      readFileSync(join(root, file), 'utf8'),
      /from 'node:(?!test|assert)|\.node\.ts'|process\./,
    )
  }
})
