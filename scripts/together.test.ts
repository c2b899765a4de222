import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './root.mjs'
import { together } from './together.mjs'

test('tests that touch no process and no clock share a few, those of pages two, all others have one each, and each is run once', () => {
  const files = together(['scripts', 'src/wire', 'src/store', 'test', 'demo'])
  const modules = files.filter((file) => file.endsWith('.mjs'))
  const importedBy = (module: string): string[] =>
    [...readFileSync(join(root, module), 'utf8').matchAll(/'\.\.\/\.\.\/(.*)'/g)].map(([, file]) => file)
  const looking = modules.filter((module) => module.includes('pages-'))
  const [inEach, inOne] = looking.map(importedBy)
  const pages = [...inEach, ...inOne]
  const shared = modules.filter((module) => !looking.includes(module)).flatMap(importedBy)
  const alone = files.filter((file) => !modules.includes(file))
  assert.ok(shared.includes('src/wire/encode.test.ts'), shared.join())
  assert.ok(alone.includes('src/store/crash.test.ts') && alone.includes('scripts/together.test.ts'))
  assert.ok(shared.includes('test/see/sight.test.ts') && shared.includes('demo/map/town.test.ts'))
  assert.ok(alone.includes('test/game/listeners.test.ts') && alone.includes('test/join/tls.test.ts'))
  assert.equal(looking.length, 2)
  assert.ok(
    inEach.includes('test/browser/leave.test.ts') && inOne.includes('demo/page.test.ts'),
    pages.join(),
  )
  assert.equal(new Set([...shared, ...pages, ...alone]).size, shared.length + pages.length + alone.length)
  for (const file of shared)
    assert.doesNotMatch(
      readFileSync(join(root, file), 'utf8'),
      /from '(node:(child_process|net|http|dgram|timers)|[^']*server\/index\.node\.ts)|setTimeout|process\.(?!env)/,
      file,
    )
})
